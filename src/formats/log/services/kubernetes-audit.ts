/**
 * Kubernetes' audit log: one JSON object a line, of `audit.k8s.io/v1` (v1beta1 before).
 *
 * Of a request that was decided (stage ResponseComplete, ResponseStarted of what goes on, Panic): who asked for what, from
 * where, and with which answer. `exec` and `attach` are commands in a container, `create` of pods and what makes pods are
 * containers that come; the rest are requests. Reads that were answered are requests too: what they mean is for others.
 * An object that is longer than a line is read up to the bodies, which are not needed. Its times stand behind them: it
 * has that of the line before, and is not certain. All addresses but the last are the client's own word.
 * Source: kubernetes staging/src/k8s.io/apiserver/pkg/apis/audit/v1/types.go (Event) at 0a40c4e.
 */
import type { ContainerEvent, EventDetail } from '../../../model/facts/event.ts';
import { type Printable, printableText } from '../../../model/text.ts';
import { listMember, member, numberMember, parseLooseJson, textMember } from '../../loose-json.ts';
import { isNearHost } from '../../near-host.ts';
import type { DecodeContext, LineDecoder, LogFormat } from '../decoder.ts';
import { jsonLine, textTime } from '../json-line.ts';
import type { LogLine } from '../line-reader.ts';
import { saidText } from '../messages/message.ts';

const nowhere: Printable = printableText('');
const message = { what: 'message', program: printableText('kube-apiserver') } as const;
const bodies = ['{"requestObject":', ',"requestObject":', ',"responseObject":'];
const workloads: ReadonlySet<string> = new Set([
  'pods',
  'daemonsets',
  'deployments',
  'statefulsets',
  'replicasets',
  'replicationcontrollers',
  'jobs',
  'cronjobs',
]);

/** In a string of JSON a quote has a backslash before it, so that the name of a member can stand nowhere else. */
function withoutBodies(line: LogLine): object | undefined {
  const { bytes, start, end } = line;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
  const at = bodies.map((name) => view.indexOf(name)).filter((index) => index > 0);
  if (at.length === 0) return undefined;
  const cut = Buffer.concat([view.subarray(0, Math.min(...at)), Buffer.from('}')]);
  const parsed = parseLooseJson(cut);
  return parsed.ok && typeof parsed.value === 'object' && parsed.value !== null ? parsed.value : undefined;
}

function actionOf(verb: string, resource: string, subresource: string): ContainerEvent['action'] {
  if (subresource === 'exec' || subresource === 'attach') return 'executed';
  if (subresource !== '' || !workloads.has(resource)) return 'request';
  if (verb === 'create') return 'created';
  return verb === 'delete' || verb === 'deletecollection' ? 'removed' : 'request';
}

/** Who asked: the remote address, or what a proxy within this network put before its own. */
function askerOf(event: object): string | undefined {
  const all = listMember(event, 64, 'sourceIPs').filter((each): each is string => typeof each === 'string');
  return all.findLast((each) => !isNearHost(each.includes(':') ? `[${each}]` : each)) ?? all.at(-1);
}

function detailOf(event: object): EventDetail {
  const stage = member(event, 'stage');
  const uri = textMember(event, 'requestURI') ?? nowhere;
  const resource = textMember(event, 'objectRef', 'resource') ?? nowhere;
  const subresource = textMember(event, 'objectRef', 'subresource') ?? nowhere;
  const verb = textMember(event, 'verb') ?? nowhere;
  const action = actionOf(verb, resource, subresource);
  // An exec goes on for hours: its beginning counts. All others count when they were answered.
  const goesOn = action === 'executed' || verb === 'watch';
  const decides = stage === (goesOn ? 'ResponseStarted' : 'ResponseComplete') || stage === 'Panic';
  if (!decides) return message;
  const status = numberMember(event, 'responseStatus', 'code') ?? 0;
  const refused = status >= 400;
  const asker = askerOf(event);
  const names = [
    textMember(event, 'objectRef', 'namespace'),
    resource === nowhere ? undefined : resource,
    textMember(event, 'objectRef', 'name'),
  ].filter((each) => each !== undefined);
  return {
    what: 'container',
    runtime: 'kubernetes',
    action: refused ? 'request' : action,
    container: names.join('/') as Printable,
    image: nowhere,
    account: textMember(event, 'user', 'username') ?? nowhere,
    from: asker === undefined ? nowhere : saidText(asker),
    detail: `${verb} ${status} ${uri}` as Printable,
  };
}

class KubernetesAudit implements LineDecoder {
  readonly #context: DecodeContext;

  constructor(context: DecodeContext) {
    this.#context = context;
  }

  decode(line: LogLine): boolean {
    const event = line.cut ? withoutBodies(line) : jsonLine(line);
    const version = member(event, 'apiVersion');
    if (event === undefined || typeof version !== 'string' || !version.startsWith('audit.k8s.io/'))
      return false;
    const time = [
      member(event, 'stageTimestamp'),
      member(event, 'requestReceivedTimestamp'),
      member(event, 'timestamp'),
    ];
    const first = time.find((each): each is string => typeof each === 'string');
    const { clock } = this.#context;
    if (first === undefined && line.cut) {
      if (clock.us === 0) clock.undated();
      clock.certain = false;
    } else if (!textTime(first, clock)) return false;
    this.#context.emit(line, nowhere, detailOf(event));
    return true;
  }
}

export const kubernetesAudit: LogFormat = {
  id: 'kubernetes-audit',
  verified: true,
  source: 'kubernetes apiserver/pkg/apis/audit/v1/types.go (Event) at 0a40c4e',
  decoder: (context) => new KubernetesAudit(context),
};
