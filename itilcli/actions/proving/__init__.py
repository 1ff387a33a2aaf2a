"""The commits of a desk judged: by the gate on the server, by `itil audit`, in a forge's check."""
