/** Doors of a case, looked at now; and its services, where that is allowed. */
import type { Asked, Door } from '../model/door.ts';
import type { ScanResult } from '../model/result.ts';
import { SourceLog } from '../model/source-log.ts';
import { liveNative } from '../native/live.ts';
import { askServices } from '../respond/door/ask-services.ts';
import { checkDoors } from '../respond/door/check-doors.ts';
import { DoorView } from '../respond/door/door-view.ts';
import { doorsOf, type FoundDoor } from '../respond/door/doors-of.ts';
import { folderTarget } from '../target/folder.ts';
import { liveTarget } from '../target/live.ts';
import type { Ground } from './removal-session.ts';

export interface DoorsNow {
  readonly asked: boolean;
  readonly rows: readonly Door[];
}

/**
 * @param before of the incident: its ways in are the doors that matter
 * @param now of a scan made just before
 * @param active asks services of this host at addresses of this host; of an image there are none
 */
export async function doorsNow(
  ground: Ground,
  before: ScanResult,
  now: ScanResult,
  active: boolean,
): Promise<DoorsNow> {
  const target = ground.kind === 'live' ? liveTarget(liveNative()) : folderTarget(ground.root);
  const asked = active && ground.kind === 'live';
  try {
    const view = new DoorView({ target, log: new SourceLog() }, now);
    const doors = doorsOf(
      {
        ...(before.entry === undefined ? {} : { entry: before.entry }),
        exposure: [...before.exposure, ...now.exposure],
      },
      target.windows !== undefined,
    );
    const ask = (door: FoundDoor): Promise<readonly Asked[]> =>
      asked ? askServices(view.listeners(door)) : Promise.resolve([]);
    return { asked, rows: await checkDoors(view, doors, ask) };
  } finally {
    await target.close();
  }
}
