/** The child processes of a watch: a scan, and the list of declared places. Both end with what they took of memory. */
import { join } from 'node:path';
import * as z from 'zod';
import { printableText } from '../model/text.ts';
import type { WatchSettings } from '../model/watch.ts';
import { childCommand } from '../native/child.ts';
import type { LookAnswer, LookRequest } from '../respond/watch/world.ts';

/** Milliseconds; a host with 20 hogs on two cores is scanned in 90 s, and a removal follows. */
const mostMs = 900_000;
const forgetMs = 5_000;
const entry = join(import.meta.dir, 'main.ts');

const printable = z.string().transform(printableText);
const answerSchema = z.strictObject({
  verdict: z.enum(['clean', 'suspicious', 'mining', 'inconclusive']),
  things: z.array(
    z.strictObject({
      kind: z.enum(['entry', 'miner']),
      key: z.string(),
      what: printable,
      pid: z.int().positive().exactOptional(),
    }),
  ),
  ofPackages: z.array(z.string()),
  plan: z
    .strictObject({
      number: z.int(),
      steps: z.array(
        z.strictObject({ id: z.string(), findings: z.array(z.string()), path: z.string().exactOptional() }),
      ),
      left: z.array(z.strictObject({ subject: z.string(), what: printable })),
      removed: z.enum(['not-asked', 'done', 'stopped']),
    })
    .exactOptional(),
});

async function answerOf(task: string, wish: unknown, children: Set<number>): Promise<unknown> {
  const child = Bun.spawn(childCommand(task, [], entry), {
    // Ctrl-C means the watch: a removal that is half way goes to its end.
    detached: true,
    stdio: [Buffer.from(JSON.stringify(wish)), 'pipe', 'pipe'],
    cwd: '/',
    timeout: mostMs,
    killSignal: 'SIGKILL',
  });
  children.add(child.pid);
  const [text, complaint, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  // Its last events may wait still; then its number may be anybody's.
  setTimeout(() => children.delete(child.pid), forgetMs).unref();
  if (code !== 0) throw new Error(complaint.trim().split('\n').at(-1) || `it ended with ${code}`);
  return JSON.parse(text);
}

export const lookChild =
  (folder: string, settings: WatchSettings, children: Set<number>) =>
  async ({ sightings, known, ask }: LookRequest): Promise<LookAnswer> => {
    const { name, language, remove, acceptIrreversible, config } = settings;
    const wish = { folder, name, language, sightings, known, ask, remove, acceptIrreversible };
    return answerSchema.parse(
      await answerOf('look', { ...wish, ...(config === undefined ? {} : { config }) }, children),
    );
  };

export async function declaredPlaces(children: Set<number>): Promise<readonly string[]> {
  return z.array(z.string()).parse(await answerOf('places', null, children));
}
