"""What is said where a venue cannot be reached: a failure of the network, or nothing to be had."""

from feeds.live.connect import Door, unreached
from magents.model.errors import ConfigError, Retry

DOOR = Door({"api.binance.com": ("127.0.0.1", 1)})
FUTURES = OSError("binance GET https://fapi.binance.com/fapi/v1/exchangeInfo")
COINS = OSError("binance GET https://api.binance.com/api/v3/exchangeInfo")


def test_a_host_that_does_not_stand_on_this_machine_is_a_market_that_is_not_there():
    said = unreached("binance", DOOR, FUTURES)

    assert isinstance(said, ConfigError)
    assert "has no fapi.binance.com" in str(said)
    assert "perpetuals are not among" in str(said)


def test_a_host_that_should_be_there_and_any_host_without_a_door_is_the_network():
    for door, error in ((DOOR, COINS), (None, FUTURES), (DOOR, OSError("odd"))):
        said = unreached("binance", door, error)
        assert isinstance(said, Retry)
        assert "cannot be reached" in str(said)
