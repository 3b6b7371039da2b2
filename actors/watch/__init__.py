"""What an installation tells of itself: findings of the doctor, metrics and health."""
