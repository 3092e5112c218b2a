"""``python -m tui``: the dashboard over an invented fund, to look at it without running one."""

from tui.app import Dashboard
from tui.invented import InventedLink

if __name__ == "__main__":
    Dashboard(InventedLink()).run()
