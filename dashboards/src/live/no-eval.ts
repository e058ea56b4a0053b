import { z } from 'zod';

// zod compiles its checks with `new Function` where it may, and finds out by trying. The content policy forbids it and
// would log the try: this has to be said before the first schema is made, so this file is imported first.
z.config({ jitless: true });
