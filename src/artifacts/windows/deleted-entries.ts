/**
 * What was deleted from the Run keys and the services and still stands in the free cells of a hive.
 *
 * Why: whoever took the autostart away (the attacker who was done, a scanner, a colleague) left its command there until
 * the room is needed. What it is NOT: in force; nothing of it runs. A value that was deleted alone has lost its key: of a
 * SYSTEM hive those named as a service names them are taken, of others all texts, so whoever asks must look for commands
 * that no honest software has. Bounds: 4,000 of one hive.
 * Source: `formats/registry/deleted.ts`; Microsoft, "Run and RunOnce Registry Keys"; "Services Registry Tree".
 */
import { momentUs } from '../../formats/filetime.ts';
import { DeletedCells, type DeletedKey, type DeletedValue } from '../../formats/registry/deleted.ts';
import type { PersistenceFact } from '../../model/facts/persistence.ts';
import { phrase, printableText } from '../../model/text.ts';
import type { ArtifactContext } from '../artifact.ts';
import { entry } from './entry.ts';
import { type OpenHive, textOfValue, type UserHive } from './hives.ts';
import { viewOf, type WindowsView } from './view.ts';

export const deletedArtifact = 'windows.deleted-entries';

const most = 4_000;
const runKey = /(?:^|\\)(?:run|runonce|runonceex|runservices|runservicesonce)(?:\\|$)/i;
const serviceKey = /(?:^|\\)services\\[^\\]+(?:\\parameters)?$/i;
const serviceValue = /^(?:imagepath|servicedll|failurecommand)$/i;
/** Lists of what was typed end each text so: they start nothing. */
const typedByHand = /\\1$/;

/** The entries of one hive. */
class Gone {
  readonly facts: PersistenceFact[] = [];
  readonly #view: WindowsView;
  readonly #of: OpenHive;
  readonly #user: UserHive | undefined;
  readonly #known = new Set<string>();

  constructor(view: WindowsView, of: OpenHive, user: UserHive | undefined) {
    this.#view = view;
    this.#of = of;
    this.#user = user;
  }

  get isFull(): boolean {
    return this.facts.length >= most;
  }

  add({ value, dataReused }: DeletedValue, key: DeletedKey | undefined, isService: boolean): void {
    if (dataReused || this.isFull) return;
    const text = textOfValue(value)?.trim() ?? '';
    if (text.length < 4 || typedByHand.test(text) || this.#known.has(text)) return;
    this.#known.add(text);
    const called = isService ? (key?.name ?? value.name) : value.name;
    const writtenUs = key === undefined ? undefined : momentUs(key.lastWritten);
    const place = key === undefined ? '(a value whose key is not known)' : key.path;
    this.facts.push(
      entry({
        source: { source: this.#of.path, offset: 4096 + value.offset },
        mechanism: isService ? 'windows-service' : 'run-key',
        name: printableText(called.slice(0, 256)),
        ...(writtenUs === undefined ? {} : { writtenUs }),
        user: this.#user?.user ?? phrase`SYSTEM`,
        trigger: phrase`deleted`,
        command: printableText(text.slice(0, 65_536)),
        language: 'cmd',
        environment: this.#view.environment(this.#user),
        active: false,
        text: phrase`${printableText(`${this.#of.root}\\${place}`)}: ${printableText(value.name)} = ${printableText(text.slice(0, 2_000))} (deleted)`,
      }),
    );
  }
}

function goneFrom(
  view: WindowsView,
  of: OpenHive,
  services: boolean,
  user?: UserHive,
): readonly PersistenceFact[] {
  const gone = new Gone(view, of, user);
  const cells = new DeletedCells(of.hive);
  for (const key of cells.keys()) {
    if (gone.isFull) break;
    const wanted = services ? serviceKey : runKey;
    if (!wanted.test(key.path)) continue;
    for (const value of key.values)
      if (!services || serviceValue.test(value.value.name)) gone.add(value, key, services);
  }
  for (const value of cells.values()) {
    if (gone.isFull) break;
    if (!services || serviceValue.test(value.value.name)) gone.add(value, undefined, services);
  }
  return gone.facts;
}

/**
 * Asked last: searching free cells meets damage that keys in force do not have, and spends what may be spent on a hive.
 */
export function deletedEntries(context: Pick<ArtifactContext, 'target' | 'log'>): readonly PersistenceFact[] {
  const view = viewOf(context);
  const { registry } = view;
  const facts: PersistenceFact[] = [];
  const take = (of: OpenHive | undefined, services: boolean, user?: UserHive): void => {
    if (of === undefined) return;
    const found = goneFrom(view, of, services, user);
    if (found.length >= most)
      context.log.record({
        source: of.path,
        artifact: deletedArtifact,
        status: 'truncated',
        reason: 'more deleted values than are read',
        bytes: 0,
      });
    facts.push(...found);
  };
  take(registry.get('SYSTEM'), true);
  take(registry.get('SOFTWARE'), false);
  take(registry.get('DEFAULT'), false);
  for (const user of registry.users) if (!user.classes) take(user, false, user);
  return facts;
}
