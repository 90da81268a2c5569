/**
 * dockerd and containerd, through the journal or syslog, or in files of their own: who created, started and ran what.
 *
 * `time="…" level=debug msg="Calling POST /v1.41/containers/create?name=x"` is written with `debug: true`; dockers before
 * 1.12 wrote `level=info msg="POST /v1.18/containers/create"`. Without it there are still containers that end
 * (`ignoring event`, `shim disconnected`) and containerd's own. What a client asked for is quoted within `msg`.
 * Where it listens it says when it starts, `API listen on [::]:2375`.
 * With `log-format: json` each line is an object with the same `time`, `level` and `msg`.
 * Sources: moby api/server/middleware/debug.go, cmd/dockerd/daemon.go (loadListeners, start: "API listen on"),
 * daemon/events.go, daemon/delete.go; containerd
 * pkg/cri/instrument/instrumented_service.go (CreateContainer, StartContainer); issues of docker/for-linux for samples.
 */
import type { ContainerEvent, EventDetail } from '../../../model/facts/event.ts';
import { printableText } from '../../../model/text.ts';
import { member, parseLooseJson } from '../../loose-json.ts';
import { serviceEvent } from '../service-log.ts';
import { logfmt } from '../services/logfmt.ts';
import { type Message, said } from './message.ts';

const none = printableText('');
const brace = 0x7b;
const longestObject = 64 << 10;
const listens = /^API listen on (\S{1,256})$/;
const asked = /^(?:Calling )?(GET|POST|PUT|DELETE|HEAD) (\/\S{0,2048})$/;
const target =
  /^(?:\/v\d{1,2}\.\d{1,3})?\/(containers|exec|images|services)\/([^/?]{1,256})(?:\/([a-z]{1,32}))?(?:\?(.{0,1024}))?$/;
const cri =
  /^(CreateContainer|StartContainer|StopContainer|RemoveContainer|ExecSync|RunPodSandbox|PullImage) (?:within sandbox |for )"?([^"\s]{1,256})"?(.{0,2048})$/s;
const criActions: Readonly<Record<string, ContainerEvent['action']>> = {
  CreateContainer: 'created',
  RunPodSandbox: 'created',
  StartContainer: 'started',
  StopContainer: 'stopped',
  RemoveContainer: 'removed',
  ExecSync: 'executed',
};

function requested(method: string, path: string): EventDetail {
  const found = target.exec(path);
  const [, kind, id = '', verb, query = ''] = found ?? [];
  let action: ContainerEvent['action'] = 'request';
  let container = '';
  if (kind === 'containers' && method === 'POST') {
    if (id === 'create') {
      action = 'created';
      container = /(?:^|&)name=([^&]{1,128})/.exec(query)?.[1] ?? '';
    } else {
      container = id;
      if (verb === 'start' || verb === 'restart') action = 'started';
      else if (verb === 'stop' || verb === 'kill') action = 'stopped';
      else if (verb === 'exec') action = 'executed';
    }
  } else if (kind === 'containers' && method === 'DELETE') {
    action = 'removed';
    container = id;
  } else if (kind === 'exec' && verb === 'start') {
    action = 'executed';
    container = id;
  }
  return {
    what: 'container',
    runtime: 'docker',
    action,
    container: said(container),
    image: none,
    account: none,
    from: none,
    detail: said(`${method} ${path}`, 2048),
  };
}

/** What one line of logfmt says. */
export function containerDaemon(fields: ReadonlyMap<string, string>): EventDetail | undefined {
  const text = fields.get('msg') ?? '';
  const call = asked.exec(text);
  if (call !== null) {
    const [, method = '', path = ''] = call;
    // `docker ps` of a monitor is asked every second, and creates nothing.
    return method === 'GET' || method === 'HEAD' ? undefined : requested(method, path);
  }
  const where = listens.exec(text)?.[1];
  if (where !== undefined && !where.startsWith('/')) {
    return serviceEvent('docker', 'listening', { detail: said(where, 256) });
  }
  const served = cri.exec(text);
  const action = criActions[served?.[1] ?? ''];
  if (served === null || action === undefined) return undefined;
  // Each call is told when it comes and when it is done; a command that is run only when it comes.
  if (action !== 'executed' && !/ returns (?:successfully|container id|sandbox id)\b/.test(text))
    return undefined;
  return {
    what: 'container',
    runtime: 'containerd',
    action,
    container: said(
      /returns (?:container|sandbox) id "([0-9a-f]{12,64})"/.exec(served[3] ?? '')?.[1] ?? served[2],
    ),
    image: none,
    account: none,
    from: none,
    detail: said(text, 2048),
  };
}

/** With `log-format: json` a line is an object; undefined where it is none of logrus. */
export function objectFields(bytes: Uint8Array): ReadonlyMap<string, string> | undefined {
  if (bytes[0] !== brace || bytes.length > longestObject) return undefined;
  const parsed = parseLooseJson(bytes);
  if (!parsed.ok) return undefined;
  const fields = new Map<string, string>();
  for (const name of ['time', 'level', 'msg']) {
    const value = member(parsed.value, name);
    if (typeof value !== 'string') return undefined;
    fields.set(name, Buffer.from(value, 'utf8').toString('latin1'));
  }
  return fields;
}

/** As a message of syslog or the journal. */
export function dockerd({ text }: Message): EventDetail | undefined {
  const fields = text.startsWith('time=') ? logfmt(text) : objectFields(Buffer.from(text, 'latin1'));
  return fields === undefined ? undefined : containerDaemon(fields);
}
