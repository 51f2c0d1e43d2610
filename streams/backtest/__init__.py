"""What would have rung over files, and what follows from it for the sensitivity: no Kafka, no clock."""
