/** Files of Windows that are read, and what vouches for the reading of each. */
import type { ShapeSource } from '../../model/shape-source.ts';

export const windowsFormats: readonly (ShapeSource & { readonly id: string })[] = [
  {
    id: 'windows.evtx',
    verified: true,
    source:
      '[MS-EVEN6] 2.2.12 on learn.microsoft.com; 8,255 records of 277 logs that others made (sbousseaden/EVTX-ATTACK-SAMPLES on github.com), every value compared with three other readers',
  },
];
