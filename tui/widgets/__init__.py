"""What stands on the screens: tables, drawings, panels, the bars above and below."""
