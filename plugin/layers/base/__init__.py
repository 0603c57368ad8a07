"""What every kind of layer needs: expressions, filters, identity, and the account of what is kept."""
