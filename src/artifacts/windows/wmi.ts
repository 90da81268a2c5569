/**
 * Event subscriptions of WMI, as far as the texts of its repository show them.
 *
 * Why: LemonDuck, WannaMine and MyKings come back by a filter, a consumer and what binds them, and no file runs. Consumers
 * of commands and of scripts are found by the name of their class; their properties stand behind it as texts.
 * What it is NOT: a reader of the repository's tree: instances that were deleted and not yet written over look alike, and
 * which filter belongs to which consumer is not told. The class itself, whose properties are named there, is left out.
 * Bounds: 1 GiB, 200 consumers; what is behind them is told as not read.
 * Sources: Mandiant/flare "WMI persistence" for the layout of instances; knowledge on Windows §4.2.
 */
import type { PersistenceFact } from '../../model/facts/persistence.ts';
import { type PathText, phrase, printableText } from '../../model/text.ts';
import type { PersistenceArtifact } from '../linux/persistence-artifact.ts';
import { entry } from './entry.ts';

const artifact = 'windows.wmi';
const places = [
  'C:\\Windows\\System32\\wbem\\Repository\\OBJECTS.DATA',
  'C:\\Windows\\System32\\wbem\\Repository\\FS\\OBJECTS.DATA',
];
const piece = 1 << 20;
const overlap = 8_192;
const mostBytes = 1 << 30;
/** Consumers of one repository that are told, and places of one MiB that may hold one. */
const most = 200;
const mostInPiece = 2_000;
const classes = ['CommandLineEventConsumer', 'ActiveScriptEventConsumer'] as const;
/** Of the class itself and of what Windows brings. */
const definition =
  /CommandLineTemplate|ScriptingEngine\b.{0,40}ScriptText|ShowWindowCommand|MaximumQueueSize/;
const usual =
  /^(?:BVTConsumer|SCM Event Log Consumer|NTEventLogEventConsumer|NETEventConsumer|MSFT_\w+|RmAssistEventConsumer|TSLogonEvents|TSLogonFilter|RAevent\w*|WSCEAA)$/;

/** Texts of at least four letters, of one byte or two a letter, with where they begin. */
function textsOf(bytes: Uint8Array): readonly string[] {
  const text = Buffer.from(bytes).toString('latin1');
  return [...text.matchAll(/[\x20-\x7e\t\r\n]{4,4000}|(?:[\x20-\x7e]\0){6,2000}/g)]
    .map(([one]) => one.replaceAll('\0', '').trim())
    .filter((one) => one.length > 3);
}

interface Consumer {
  readonly offset: number;
  readonly kind: (typeof classes)[number];
  readonly texts: readonly string[];
}

function consumersIn(bytes: Uint8Array, base: number): readonly Consumer[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Consumer[] = [];
  for (const kind of classes) {
    for (
      let at = buffer.indexOf(`${kind}\0`, 0, 'latin1');
      at >= 0 && found.length < mostInPiece;
      at = buffer.indexOf(`${kind}\0`, at + kind.length, 'latin1')
    ) {
      // A reference names an instance: `CommandLineEventConsumer.Name="x"` has no NUL behind the class.
      const end = Math.min(buffer.length, at + kind.length + 4_096);
      const after = buffer.subarray(at + kind.length + 1, end);
      const next = after.indexOf('EventConsumer\0', 0, 'latin1');
      const texts = textsOf(next < 0 ? after : after.subarray(0, next));
      if (texts.length > 0 && !definition.test(texts.slice(0, 12).join(' ')))
        found.push({ offset: base + at, kind, texts });
    }
  }
  return found;
}

const isCommand = (text: string): boolean =>
  /\.(?:exe|bat|cmd|vbs|js|ps1|dll|hta)\b|\bpowershell\b|\bcmd\b|https?:\/\//i.test(text);
const isScript = (text: string): boolean =>
  /createobject|getobject|wscript|\bfunction\b|\bdim\b|\bset\s+\w+\s*=/i.test(text);

function factOf({ offset, kind, texts }: Consumer, source: PathText): PersistenceFact | undefined {
  const script = kind === 'ActiveScriptEventConsumer';
  const run = texts.find(script ? isScript : isCommand);
  if (run === undefined) return undefined;
  const name =
    texts.find(
      (text) =>
        text !== run && text.length < 200 && !/^(?:VBScript|JScript|S-1-|[A-Z]:\\|root\\)/i.test(text),
    ) ?? '';
  if (usual.test(name) || texts.some((text) => usual.test(text))) return undefined;
  return entry({
    source: { source, offset },
    mechanism: 'wmi-subscription',
    name: printableText(name.slice(0, 256)),
    user: phrase`SYSTEM`,
    trigger: phrase`event`,
    command: printableText(run.slice(0, 65_536)),
    language: script ? 'windows-script' : 'cmd',
    text: phrase`${printableText(kind)} ${printableText(name)}: ${printableText(run.slice(0, 1_500))}`,
  });
}

export const wmi: PersistenceArtifact = {
  id: artifact,
  order: 6,
  required: false,
  mechanisms: ['wmi-subscription'],
  sources: places.map((path) => ({ kind: 'file', path, live: false })),
  gather(context) {
    const { target, log } = context;
    const facts: PersistenceFact[] = [];
    const seen = new Set<string>();
    for (const place of (target.windows?.drives.length ?? 0) === 0 ? [] : places) {
      const source = printableText(place);
      let kept = new Uint8Array(0);
      let offset = 0;
      let crowded = false;
      for (;;) {
        const part = target.readNow({ kind: 'file', path: source, offset, limit: piece });
        if (offset === 0 && part.status !== 'absent')
          log.record({
            source,
            artifact,
            status: part.status === 'truncated' ? 'ok' : part.status,
            bytes: part.bytes.length,
          });
        if (part.bytes.length === 0) break;
        const bytes = new Uint8Array(kept.length + part.bytes.length);
        bytes.set(kept);
        bytes.set(part.bytes, kept.length);
        const consumers = consumersIn(bytes, offset - kept.length);
        crowded ||= consumers.length >= mostInPiece;
        for (const consumer of consumers) {
          const fact = factOf(consumer, source);
          const key = fact === undefined ? '' : fact.text;
          if (fact === undefined || seen.has(key)) continue;
          crowded ||= facts.length >= most;
          if (facts.length >= most) break;
          seen.add(key);
          facts.push(fact);
        }
        offset += part.bytes.length;
        if (part.status !== 'truncated') break;
        if (offset >= mostBytes) {
          log.record({ source, artifact, status: 'truncated', reason: 'its beginning alone', bytes: offset });
          break;
        }
        kept = bytes.slice(-overlap);
      }
      if (crowded)
        log.record({
          source,
          artifact,
          status: 'truncated',
          reason: `only ${most} consumers were read`,
          bytes: 0,
        });
    }
    return Promise.resolve(facts);
  },
};
