/**
 * Transcripts of PowerShell (`Start-Transcript`, or the policy that keeps one of every session): who ran it, with which command
 * line, and what was typed. Words of the head are in the language of the system, so they are known by their place and form.
 *
 * What it is NOT: a reader of what commands answered; output that looks like a prompt is taken for one, as nothing tells them
 * apart. Times are local, and no zone is written.
 * Source: PowerShell/PowerShell, src/System.Management.Automation/engine/hostifaces/MshHostUserInterface.cs (head, prompts,
 * times of commands).
 */

export interface TranscriptCommand {
  /** From 1 on. */
  readonly line: number;
  /** Folder of the prompt; empty where it shows none. */
  readonly folder: string;
  readonly text: string;
  /** When it was started, as `2024-03-01T08:15:30`; undefined without `-IncludeInvocationHeader`. */
  readonly time: string | undefined;
}

export interface TranscriptHead {
  readonly start: string | undefined;
  readonly user: string | undefined;
  readonly runAs: string | undefined;
  readonly machine: string | undefined;
  /** The command line of the host: `powershell.exe -w hidden -e …`. */
  readonly application: string | undefined;
  readonly processId: number | undefined;
}

export interface Transcript extends TranscriptHead {
  /** Undefined where the session did not end. */
  readonly end: string | undefined;
  readonly commands: readonly TranscriptCommand[];
  /** There were more commands than are read. */
  readonly cut: boolean;
}

const mostCommands = 100_000;
const mostLength = 1 << 16;
const rule = /^\*{22}$/;
/** Lines of a head: a block that is longer is output. */
const mostHead = 40;

function timeOf(value: string): string | undefined {
  const found = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(value);
  if (found === null) return undefined;
  const [, year, month, day, hour, minute, second] = found;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}`;
}

const behindColon = (line: string): string => {
  // A colon of other scripts stands in translated heads.
  const at = line.search(/[:：]/);
  return at < 0 ? '' : line.slice(at + 1).trim();
};

/** The lines between two rules, without the title. */
function headOf(lines: readonly string[]): TranscriptHead {
  const values = lines.map(behindColon);
  const startAt = values.findIndex((value) => timeOf(value) !== undefined);
  const machineAt = values.findIndex((value) => / \((?:Microsoft Windows NT|Unix) [^)]*\)?/.test(value));
  const whole = (at: number): string | undefined => (values[at] === '' ? undefined : values[at]);
  const runAs = whole(startAt + 2);
  const id = Number(values[machineAt + 2]);
  return {
    start: startAt < 0 ? undefined : timeOf(values[startAt] ?? ''),
    user: startAt < 0 ? undefined : whole(startAt + 1),
    runAs: startAt < 0 || machineAt === startAt + 2 ? undefined : runAs,
    machine: machineAt < 0 ? undefined : values[machineAt]?.replace(/ \(.*$/, ''),
    application: machineAt < 0 ? undefined : whole(machineAt + 1),
    processId: machineAt < 0 || !Number.isSafeInteger(id) || id <= 0 ? undefined : id,
  };
}

/** `PS C:\> x`, `PS>x`, `[host]: PS C:\> x`. */
const prompt = /^(?:\[[^\]]{1,255}\]: )?PS ?([^>]{0,1024})> ?(.*)$/;

/** A transcript; undefined where the text does not begin as one. */
export function parseTranscript(text: string): Transcript | undefined {
  const lines = text.split(/\r\n|\n|\r/);
  const first = lines.findIndex((line) => line !== '');
  if (first < 0 || !rule.test(lines[first] ?? '')) return undefined;
  const close = lines.slice(first + 1, first + mostHead).findIndex((line) => rule.test(line));
  if (close < 0) return undefined;
  const head = headOf(lines.slice(first + 2, first + 1 + close));
  if (head.start === undefined) return undefined;
  const commands: TranscriptCommand[] = [];
  let end: string | undefined;
  let time: string | undefined;
  let cut = false;
  for (let at = first + close + 2; at < lines.length && !cut; at += 1) {
    const line = lines[at] ?? '';
    if (rule.test(line)) {
      // A block of one line tells when the next command was started, one of two is the end.
      const inside = lines.slice(at + 1, at + 4);
      const length = inside.findIndex((one) => rule.test(one));
      if (length === 1) time = timeOf(behindColon(inside[0] ?? '')) ?? time;
      if (length === 2) end = timeOf(behindColon(inside[1] ?? '')) ?? end;
      if (length >= 1) at += length + 1;
      continue;
    }
    const found = prompt.exec(line.slice(0, mostLength));
    if (found !== null && (found[2] ?? '').trim() !== '') {
      if (commands.length >= mostCommands) cut = true;
      else commands.push({ line: at + 1, folder: found[1] ?? '', text: found[2] ?? '', time });
      time = undefined;
      continue;
    }
    const last = commands.at(-1);
    if (line.startsWith('>> ') && last?.line === at && last.text.length < mostLength)
      commands[commands.length - 1] = { ...last, line: at + 1, text: `${last.text}\n${line.slice(3)}` };
  }
  return { ...head, end, commands, cut };
}
