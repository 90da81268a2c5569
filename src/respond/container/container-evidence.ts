/**
 * What is kept of a container before it is ended: what its engine says of it, the list of what was changed within it,
 * and the files that the plan names, as tar(5), neutralised. Through the engine's own `archive`, so that nothing of the
 * container runs and no path of it is resolved by us.
 *
 * Values of its environment are secrets of the owner and are left out; their names stay. Bounds: 256 MiB a path, 1 GiB in
 * all. A file that cannot be copied is told and stops nothing; a disk that is full does.
 */
import { member } from '../../formats/loose-json.ts';
import type { Note } from '../../model/ledger.ts';
import { maskPrintable } from '../../model/mask.ts';
import type { ChangeOf } from '../../model/plan.ts';
import { bytesOf, type Printable, phrase, printableText } from '../../model/text.ts';
import type { Exported, ExportWorld } from './container-export.ts';
import type { EngineClient } from './engine-client.ts';
import { EvidenceFolder } from './evidence-folder.ts';
import { intoCapsule, Unwritten } from './into-capsule.ts';

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

async function copied(
  client: EngineClient,
  { container, paths = [] }: ChangeOf<'container'>,
  folder: EvidenceFolder,
  of: Printable,
): Promise<readonly Note[]> {
  const notes: Note[] = [];
  let left = mostOfAll;
  for (const [at, path] of paths.entries()) {
    const name = `file-${at + 1}.tar.neutralised`;
    const answer = await intoCapsule(
      folder,
      { name, source: phrase`${of}: ${path}`, about: { container: container.id, path, form: 'tar' } },
      (take) => client.archive(container.id, bytesOf(path), { most: Math.min(mostOfOne, left) }, take),
    );
    if (answer.status === 'ok') {
      left -= answer.value.size;
      notes.push({ part: 'copied', detail: `${path} → ${name}` });
    } else {
      notes.push({ part: 'not-copied', detail: `${path} (${answer.reason})` });
    }
  }
  return notes;
}

export async function keepEvidence(
  client: EngineClient,
  change: ChangeOf<'container'>,
  world: Pick<ExportWorld, 'vault' | 'others'>,
  step: { readonly token: string; readonly name: Printable },
): Promise<Exported> {
  const folder = new EvidenceFolder(world.vault, world.others, step.token);
  const { id } = change.container;
  try {
    const whole = folder.whole();
    if (whole !== undefined) return { notes: [], kept: whole };
    const said = await client.inspectWhole(id);
    if (said.status !== 'ok') return { id: 'no-engine', subject: step.name, detail: said.reason };
    const changes = await client.changes(id);
    folder.begin();
    folder.text('inspect.json', step.name, `${JSON.stringify(withoutSecrets(said.value), null, 2)}\n`);
    const notes: Note[] = [];
    if (changes.status === 'ok') {
      folder.text('changes.txt', step.name, changes.value.map((one) => `${one}\n`).join(''));
    } else {
      notes.push({ part: 'not-copied', detail: `changes (${changes.reason})` });
    }
    notes.push(...(await copied(client, change, folder, step.name)));
    return { notes, kept: folder.finish() };
  } catch (thrown) {
    return folder.abandon(thrown instanceof Unwritten ? thrown.cause : thrown);
  }
}
