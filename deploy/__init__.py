"""The lab as several replicas behind HAProxy: configuration and rolling restart."""
