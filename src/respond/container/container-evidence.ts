/**
 * What is kept of a container before it is ended: what its engine says of it, the list of what was changed within it,
 * and the files that the plan names, as tar(5), neutralised. Through the engine's own `archive`, so that nothing of the
 * container runs and no path of it is resolved by us.
 *
 * Values of its environment are secrets of the owner and are left out; their names stay. Bounds: 256 MiB a path, 1 GiB in
 * all. A file that cannot be copied is told and stops nothing; a disk that is full does.
 */
import { member } from '../../formats/loose-json.ts';
import { errorText } from '../../model/error.ts';
import type { Note, Stop } from '../../model/ledger.ts';
import { maskPrintable } from '../../model/mask.ts';
import type { ChangeOf } from '../../model/plan.ts';
import { bytesOf, type Printable, printableText } from '../../model/text.ts';
import type { EngineClient } from './engine-client.ts';
import { EvidenceFolder } from './evidence-folder.ts';

const mostOfOne = 256 << 20;
const mostOfAll = 1 << 30;

/** Options that are given to a program as words: passwords stand there as often as in the environment. */
const masked = (value: unknown): unknown => {
  if (typeof value === 'string') return maskPrintable(printableText(value));
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, masked(inner)]));
};

/** What an engine says of a container, without the values of its environment. */
export function withoutSecrets(inspected: unknown): unknown {
  const config = member(inspected, 'Config');
  const env = member(config, 'Env');
  const shown = masked(inspected);
  if (!Array.isArray(env) || typeof shown !== 'object' || shown === null) return shown;
  const names = env.map((one) => (typeof one === 'string' ? `${one.split('=', 1)[0]}=***` : ''));
  const inner: unknown = member(shown, 'Config');
  return { ...shown, Config: { ...(typeof inner === 'object' ? inner : {}), Env: names } };
}

function stopOf(folder: string, thrown: unknown): Stop {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : errorText(thrown);
  const id = code === 'ENOSPC' || code === 'EDQUOT' ? 'vault-full' : 'vault-unwritable';
  return { id, subject: printableText(folder), detail: code };
}

/** What the file system said while a piece was written: the answer is not at fault then. */
class Unwritten extends Error {}

async function copied(
  client: EngineClient,
  { container, paths = [] }: ChangeOf<'container'>,
  folder: EvidenceFolder,
): Promise<readonly Note[]> {
  const notes: Note[] = [];
  let left = mostOfAll;
  for (const [at, path] of paths.entries()) {
    const name = `file-${at + 1}.tar.neutralised`;
    const capsule = folder.capsule(name, { container: container.id, path, form: 'tar' });
    let size = 0;
    let failed: unknown;
    const answer = await client.archive(
      container.id,
      bytesOf(path),
      { most: Math.min(mostOfOne, left) },
      (piece) => {
        try {
          capsule.add(piece);
        } catch (thrown) {
          failed = thrown;
          throw new RangeError('it cannot be written');
        }
        size += piece.length;
      },
    );
    if (failed !== undefined) {
      capsule.drop();
      throw new Unwritten('', { cause: failed });
    }
    left -= size;
    if (answer.status === 'ok') {
      capsule.close();
      notes.push({ part: 'copied', detail: `${path} → ${name}` });
    } else {
      capsule.drop();
      notes.push({ part: 'not-copied', detail: `${path} (${answer.reason})` });
    }
  }
  return notes;
}

export async function keepEvidence(
  client: EngineClient,
  change: ChangeOf<'container'>,
  where: { readonly vault: string; readonly token: string; readonly name: Printable },
): Promise<readonly Note[] | Stop> {
  const folder = new EvidenceFolder(where.vault, where.token);
  if (folder.isWhole) return [];
  const { id } = change.container;
  const said = await client.inspectWhole(id);
  if (said.status !== 'ok') return { id: 'no-engine', subject: where.name, detail: said.reason };
  const changes = await client.changes(id);
  try {
    folder.begin();
    folder.text('inspect.json', `${JSON.stringify(withoutSecrets(said.value), null, 2)}\n`);
    const notes: Note[] = [];
    if (changes.status === 'ok') folder.text('changes.txt', changes.value.map((one) => `${one}\n`).join(''));
    else notes.push({ part: 'not-copied', detail: `changes (${changes.reason})` });
    notes.push(...(await copied(client, change, folder)));
    folder.finish(where.vault);
    return notes;
  } catch (thrown) {
    const stop = stopOf(where.vault, thrown instanceof Unwritten ? thrown.cause : thrown);
    try {
      folder.giveUp();
    } catch (again) {
      return { ...stop, detail: `${stop.detail} (${errorText(again)})` };
    }
    return stop;
  }
}
