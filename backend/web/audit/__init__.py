"""The audit room, and what it shows the public: rates, findings, districts, weights, promises."""
