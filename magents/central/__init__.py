"""The central teams: data, risk, execution, back office; every order and fill passes here."""
