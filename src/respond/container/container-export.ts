/**
 * The whole file system of a container, as its engine exports it: streamed into a capsule of the vault, neutralised and
 * hashed on the way, so that nothing is unpacked and no archive lies there that opens. Whole, or not there: what was
 * begun is dropped, and taken again by the next run. Not in it: volumes, and folders of the host that are bound in.
 *
 * It is taken where there is room for it, some of which stays free for others; the named files and the list of changes
 * were kept before, and where there is no room they are what is kept. One that is removed when it ends is not ended
 * without: then the step stops, and a folder elsewhere or dropping the step is for people.
 *
 * An engine that fails in the middle ends its answer as if it were whole (Go's net/http ends the chunks; moby and podman
 * write the error behind what was sent), so the end of the archive is looked at: two blocks of zeros (POSIX.1 pax).
 */
import { binarySize } from '../../model/binary-size.ts';
import type { Note, Stop } from '../../model/ledger.ts';
import type { ChangeOf } from '../../model/plan.ts';
import type { Printable } from '../../model/text.ts';
import type { Kept } from '../execute/port.ts';
import { roomAt } from '../vault/room.ts';
import type { EngineClient, Pace } from './engine-client.ts';
import { EvidenceFolder } from './evidence-folder.ts';
import { intoCapsule, Unwritten } from './into-capsule.ts';

/** Where the room of a disk cannot be asked. */
const unknownRoom = 2 ** 30;
/** Bytes after which the room is looked at again: others write to the disk too. */
const lookAgain = 64 << 20;
const block = 512;

/**
 * Bytes that are kept of one at most.
 * @param usable bytes of the disk that may be used; undefined where nobody can say
 * @param limit as the responder set it
 */
export const exportBound = (usable: number | undefined, limit: number | undefined): number =>
  Math.max(0, Math.min(usable ?? unknownRoom, limit ?? Number.POSITIVE_INFINITY));

/** Looks at the end of a tar(5) that goes by. */
export class TarEnd {
  /** Of zeros, at the end of what went by. */
  #zeros = 0;
  #size = 0;

  add(piece: Uint8Array): void {
    this.#size += piece.length;
    let at = piece.length;
    while (at > 0 && piece[at - 1] === 0) at -= 1;
    this.#zeros = at === 0 ? this.#zeros + piece.length : piece.length - at;
  }

  get isWhole(): boolean {
    return this.#zeros >= 2 * block && this.#size % block === 0;
  }
}

export interface ExportWorld {
  /** Folder of the vault. */
  readonly vault: string;
  /** Where copies were kept before. */
  readonly others: readonly string[];
  readonly exportLimit?: number | undefined;
  readonly exportPace?: Pace;
}

export type Exported = { readonly notes: readonly Note[]; readonly kept: Kept } | Stop;

const exportedNote = ({ size, file = '' }: Kept[number]): Note => ({
  part: 'exported',
  detail: `${file} (${binarySize(size)})`,
});

/** @param removesItself the engine removes it when it ends */
export async function keepExport(
  client: EngineClient,
  { container, size: expected }: ChangeOf<'container'>,
  world: ExportWorld,
  step: { readonly token: string; readonly name: Printable; readonly removesItself: boolean },
): Promise<Exported> {
  const folder = new EvidenceFolder(world.vault, world.others, step.token);
  const refused = (part: 'no-room' | 'not-exported', detail: string): Exported => {
    if (!step.removesItself) return { notes: [{ part, detail }], kept: [] };
    return { id: 'not-exported', subject: step.name, detail };
  };
  try {
    const whole = folder.whole();
    if (whole !== undefined) return { notes: whole.map(exportedNote), kept: whole };
    folder.begin();
    const bound = exportBound(roomAt(world.vault)?.usable, world.exportLimit);
    if (expected !== undefined && expected > bound) {
      folder.giveUp();
      return refused('no-room', `${binarySize(expected)} > ${binarySize(bound)}`);
    }
    const end = new TarEnd();
    let next = lookAgain;
    let seen = 0;
    let noRoom = false;
    const answer = await intoCapsule(
      folder,
      {
        name: 'export.tar.neutralised',
        source: step.name,
        about: { container: container.id, form: 'tar' },
      },
      (take) =>
        client.export(
          container.id,
          {
            most: Number.MAX_SAFE_INTEGER,
            ...(world.exportPace === undefined ? {} : { pace: world.exportPace }),
          },
          (piece) => {
            seen += piece.length;
            noRoom = seen > bound;
            if (seen >= next) {
              next = seen + lookAgain;
              noRoom ||= roomAt(world.vault)?.usable === 0;
            }
            if (noRoom) throw new RangeError('no room');
            end.add(piece);
            take(piece);
          },
        ),
      () => (end.isWhole ? undefined : `it does not end as an archive does, after ${seen} bytes`),
    );
    if (answer.status === 'ok') {
      const kept = folder.finish();
      return { notes: kept.map(exportedNote), kept };
    }
    folder.giveUp();
    return noRoom ? refused('no-room', `> ${binarySize(bound)}`) : refused('not-exported', answer.reason);
  } catch (thrown) {
    const stop = folder.abandon(thrown instanceof Unwritten ? thrown.cause : thrown);
    return stop.id === 'vault-full' ? refused('no-room', stop.detail) : stop;
  }
}
