/**
 * Every door with what closes it and whether it is closed, as seen from the host: settings and listening sockets.
 *
 * `closed` is said only where a line or the absence of a listener shows it. A release is compared by people: what a
 * file calls itself proves no patch. Asking the services themselves is `ask-services.ts`.
 */
import { readSshd, type SshdSettings } from '../../artifacts/linux/accounts/sshd-files.ts';
import { isWindowsPath } from '../../formats/windows-path.ts';
import type { Asked, Door, DoorMeasure, DoorState, MeasureId } from '../../model/door.ts';
import {
  checkDockerTcp,
  checkJenkins,
  checkKubeletAnonymous,
  checkKubeletMode,
  checkKubeletReadOnly,
  checkNacos,
  checkScripts,
  checkSparkRest,
} from './check-services.ts';
import { checkPasswords, checkRoot } from './check-ssh.ts';
import {
  checkMysqlBind,
  checkMysqlFiles,
  checkPostgresqlBind,
  checkPostgresqlTrust,
  checkRedisAccount,
  checkRedisBind,
  checkRedisPassword,
  checkRedisProtected,
} from './check-stores.ts';
import { windowsCheck } from './check-windows.ts';
import { type Checked, type DoorView, unknown } from './door-view.ts';
import type { FoundDoor } from './doors-of.ts';
import type { Measure } from './measure.ts';
import { commandsFor, measuresOf } from './measures.ts';

const artifact = 'respond.door';

interface Ground {
  readonly view: DoorView;
  readonly door: FoundDoor;
  readonly sshd: () => SshdSettings;
  /** Of a Windows host alone. */
  readonly windows: ReturnType<typeof windowsCheck>;
}

/** A key that let somebody in, and that an account still trusts. */
function checkKeys({ view, door }: Ground): Checked {
  if (door.keys.length === 0) return unknown;
  const rows = view.result.persistence.filter(
    ({ mechanism, text }) =>
      mechanism === 'ssh-authorized-key' && door.keys.some((fingerprint) => text.includes(fingerprint)),
  );
  if (rows.length === 0) return { state: 'closed', evidence: [] };
  return {
    state: 'open',
    evidence: rows.slice(0, 4).map(({ source, line, text }) => ({
      source,
      ...(line === undefined ? {} : { line }),
      text: text.slice(0, 240),
    })),
  };
}

const reachable = ({ view, door }: Ground): Checked => view.reachable(door);

const checks: Readonly<Partial<Record<MeasureId, (ground: Ground) => Checked>>> = {
  'ssh-no-passwords': ({ sshd }) => checkPasswords(sshd()),
  'ssh-root-by-key': ({ sshd }) => checkRoot(sshd()),
  'ssh-key-gone': checkKeys,
  'not-reachable': reachable,
  'redis-bind': ({ view }) => checkRedisBind(view),
  'redis-password': ({ view }) => checkRedisPassword(view),
  'redis-protected': ({ view }) => checkRedisProtected(view),
  'redis-account': ({ view }) => checkRedisAccount(view),
  'docker-no-tcp': ({ view }) => checkDockerTcp(view),
  'kubelet-no-anonymous': ({ view }) => checkKubeletAnonymous(view),
  'kubelet-webhook': ({ view }) => checkKubeletMode(view),
  'kubelet-no-read-only': ({ view }) => checkKubeletReadOnly(view),
  'postgresql-bind': ({ view }) => checkPostgresqlBind(view),
  'postgresql-no-trust': ({ view }) => checkPostgresqlTrust(view),
  'mysql-bind': ({ view }) => checkMysqlBind(view),
  'mysql-files': ({ view }) => checkMysqlFiles(view),
  'jenkins-security': ({ view }) => checkJenkins(view),
  'nacos-login': ({ view }) => checkNacos(view),
  'spark-no-rest': ({ view }) => checkSparkRest(view),
  'packages-without-scripts': ({ view }) => checkScripts(view),
  'flink-bind': reachable,
  'ray-bind': reachable,
  'activemq-bind': reachable,
};

/** A socket that the network reaches, whatever the file says: the server was not started again. */
const bindings: ReadonlySet<MeasureId> = new Set([
  'redis-bind',
  'postgresql-bind',
  'mysql-bind',
  'docker-no-tcp',
]);

function checked(ground: Ground, id: MeasureId): Checked {
  const found = ground.windows?.(id) ?? checks[id]?.(ground) ?? unknown;
  if (!bindings.has(id) || found.state === 'open') return found;
  const socket = ground.view.reachable(ground.door);
  return socket.state === 'open' ? { ...socket, evidence: [...socket.evidence, ...found.evidence] } : found;
}

function measured(ground: Ground, measure: Measure): DoorMeasure {
  const { view, door } = ground;
  const { state, evidence } = checked(ground, measure.id);
  const isThere = (path: string): boolean => path.startsWith('/') && view.lines(path) !== undefined;
  const isWindows = ground.windows !== undefined;
  // Where a service of Linux has its settings says nothing of a Windows host.
  const files = isWindows ? measure.files.filter(isWindowsPath) : measure.files;
  const file = files.find(isThere) ?? files[0];
  const commands = isWindows
    ? measure.commands.filter((command) => !command.startsWith('systemctl '))
    : commandsFor(door.kind, measure.commands, view.result.host.os);
  return {
    id: measure.id,
    subject: measure.id === 'ssh-key-gone' ? door.keys.join(', ') : measure.subject,
    ...(file === undefined ? {} : { file }),
    settings: [...measure.settings],
    commands: [...commands],
    state,
    evidence: [...evidence],
  };
}

/** Open where one thing is; closed where all are, and nobody was let in who asked. */
function stateOf(measures: readonly DoorMeasure[], asked: readonly Asked[]): DoorState {
  if (asked.some(({ answer }) => answer === 'let-in')) return 'open';
  const states = new Set(measures.map(({ state }) => state));
  if (states.has('open')) return 'open';
  return states.has('unknown') ? 'unknown' : 'closed';
}

/** @param ask asks the services of a door where that was allowed */
export async function checkDoors(
  view: DoorView,
  doors: readonly FoundDoor[],
  ask: (door: FoundDoor) => Promise<readonly Asked[]> = () => Promise.resolve([]),
): Promise<readonly Door[]> {
  let settings: SshdSettings | undefined;
  const sshd = (): SshdSettings => {
    settings ??= readSshd(view.context, artifact);
    return settings;
  };
  const windows = windowsCheck(view);
  const found: Door[] = [];
  for (const door of doors) {
    const measures = measuresOf(door.kind, door.service).map((one) =>
      measured({ view, door, sshd, windows }, one),
    );
    const asked = await ask(door);
    found.push({
      kind: door.kind,
      service: door.service,
      from: door.from,
      ...(door.grade === undefined ? {} : { grade: door.grade }),
      state: stateOf(measures, asked),
      measures,
      asked: [...asked],
    });
  }
  return found;
}
