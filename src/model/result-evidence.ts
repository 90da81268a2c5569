/** A line of evidence as it is published. */
import * as z from 'zod';

export const evidenceFields = z.object({
  source: z.string().describe('path on the target, or a call such as netlink:inet-diag'),
  line: z.int().positive().optional(),
  offset: z.number().nonnegative().optional().describe('byte offset, or address in a process'),
  text: z.string(),
});
