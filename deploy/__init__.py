"""The lab as several replicas behind HAProxy: its configuration, and how to restart them one by one."""
