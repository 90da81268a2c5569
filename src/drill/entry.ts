/** The file that knows the drill's internal tasks when Demine runs from source. */
import { join } from 'node:path';

export const entryFile: string = join(import.meta.dir, 'child-main.ts');
