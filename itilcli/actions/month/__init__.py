"""The monthly report, drafted and issued."""
