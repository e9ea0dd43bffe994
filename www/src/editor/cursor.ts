// Where the cursor stands in the open file.

import { signal } from "@preact/signals";

export const cursor = signal(0);
