"""Facts that cards show of the repos themselves: read from the Hub, kept in a lock file, written as people do."""
