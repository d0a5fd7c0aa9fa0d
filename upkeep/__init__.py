"""What keeps the project itself in order, and what helps those who change it. No part of the product."""
