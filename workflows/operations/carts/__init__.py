"""Orders of the public: carts, checkout and payment."""
