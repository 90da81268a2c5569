/** What a stand-in is told to be: read from its standard input, so that nothing of it stands in its argv. */
import * as z from 'zod';

const text = z.string().max(4096);

const part = z.discriminatedUnion('kind', [
  /** RandomX of the system's library, hashing a constant. */
  z.strictObject({ kind: z.literal('randomx'), mode: z.enum(['fast', 'light']), library: text }),
  /** One thread that counts. */
  z.strictObject({ kind: z.literal('hog') }),
  z.strictObject({ kind: z.literal('idle') }),
  /** Changes the rounding mode all the time, as interval arithmetic does. */
  z.strictObject({ kind: z.literal('interval') }),
  /** Flush-to-zero and denormals-are-zero with one rounding mode. */
  z.strictObject({ kind: z.literal('fast-math') }),
  /** Reserved memory in the sizes of RandomX, pinned and busy. */
  z.strictObject({ kind: z.literal('mining-shape') }),
  /** One large reserved heap and small pages of machine code, as a Java machine has them. */
  z.strictObject({ kind: z.literal('large-heap') }),
  /** A client that keeps one session open and works meanwhile. */
  z.strictObject({
    kind: z.literal('session'),
    address: text,
    port: z.int().min(1).max(65535),
    /** Sent once after connecting. */
    greeting: text,
  }),
]);

export const roleSchema = z.strictObject({
  part,
  /** argv as it shall show. */
  argv: z.array(text).max(64).optional(),
  /** Name of the process, 15 bytes. */
  name: text.optional(),
  /** A file to keep open. */
  open: text.optional(),
});

export type Role = z.infer<typeof roleSchema>;
export type Part = Role['part'];
