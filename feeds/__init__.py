"""The world coming in: bars and facts from files, mock data, later live streams."""
