"""What runs a stage: its state in Kafka, its loop over one partition, and the Faust application around it.

Read in this order: ``stage`` (what a stage is), ``runner`` (one partition: apply, checkpoint, acknowledge), ``keeper``
(the state's durable form), ``app`` (Faust).
"""
