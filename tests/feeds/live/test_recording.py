"""Recordings: what is written is read, a torn end is nobody's, secrets are not in them."""

import pytest

from feeds.live.frames import Frame, Kind
from feeds.live.recording import Recorder, files_of, is_recording, read_frames
from feeds.live.secrets import clean_address, clean_place, clean_text
from magents.model.errors import DataError, UnknownNameError


def frame(number):
    return Frame(number, number * 10, number, "binance", Kind.MESSAGE, "wss://x", '{"p":"ü"}')


def written(folder, count, flush_every=10):
    recorder = Recorder(folder)
    for number in range(1, count + 1):
        recorder.write(frame(number))
        if number % flush_every == 0:
            recorder.flush()
    recorder.close()
    return recorder.path


def test_frames_come_back_as_they_were_written(tmp_path):
    path = written(tmp_path, 25)
    assert list(read_frames(path)) == [frame(n) for n in range(1, 26)]


def test_each_process_writes_a_file_of_its_own(tmp_path):
    paths = [written(tmp_path, 3), written(tmp_path, 2)]
    assert list(files_of(tmp_path)) == paths
    assert is_recording(tmp_path)
    assert is_recording(paths[0])


@pytest.mark.parametrize("lost", [7, 12, 30])
def test_a_torn_end_loses_its_own_block_only(tmp_path, lost):
    path = written(tmp_path, 25)
    path.write_bytes(path.read_bytes()[:-lost])
    assert list(read_frames(path)) == [frame(n) for n in range(1, 21)]


def test_damage_before_the_end_is_told(tmp_path):
    path = written(tmp_path, 25)
    body = bytearray(path.read_bytes())
    body[1] ^= 0xFF
    path.write_bytes(bytes(body))
    with pytest.raises(DataError, match="damaged"):
        list(read_frames(path))


def test_a_folder_without_frames_is_no_recording(tmp_path):
    assert not is_recording(tmp_path)
    with pytest.raises(UnknownNameError, match="holds no recording"):
        files_of(tmp_path)


CANARY = "sEcReTcAnArY0123456789"


def test_signed_addresses_lose_what_signs_them():
    url = f"https://h/api/v3/order?symbol=BTCUSDT&apiKey={CANARY}&timestamp=1&signature={CANARY}"
    cleaned = clean_address("POST", url)
    assert CANARY not in cleaned
    assert cleaned.startswith("POST https://h/api/v3/order?symbol=BTCUSDT&")


def test_listen_keys_are_not_in_the_address_of_a_connection():
    key = CANARY * 3
    assert key not in clean_place(f"wss://h/ws/{key}")


@pytest.mark.parametrize("name", ["apiKey", "signature", "listenKey", "sign", "passphrase"])
def test_messages_lose_keys_and_keep_the_rest(name):
    text = f'{{"op":"auth","{name}": "{CANARY}","price":"1.5"}}'
    assert CANARY not in clean_text(text)
    assert '"price":"1.5"' in clean_text(text)
