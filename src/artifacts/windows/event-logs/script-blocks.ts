/**
 * Script blocks of PowerShell (event 4104) that stand in several records, as one command.
 *
 * Why: a script of more than some 16 KiB is logged in parts; what a dropper fetches may stand in one and run in the next.
 * Parts come one after the other, with those of other processes between. What has not all of its parts (the log was written
 * over) is told with those that are there. Bounds: 64 blocks that wait, 64 KiB of each.
 * Source: PowerShell/PowerShell engine/runtime/CompiledScriptBlock.cs (LogScriptBlockCreation: MessageNumber, MessageTotal,
 * ScriptBlockText, ScriptBlockId).
 */
import type { EvtxRecord } from '../../../formats/evtx/record.ts';
import type { LogEvent } from '../../../model/facts/event.ts';
import type { Printable } from '../../../model/text.ts';
import { fieldText } from './event-of.ts';

const mostWaiting = 64;
const mostText = 65_536;

interface Block {
  readonly first: LogEvent;
  readonly parts: Map<number, Printable>;
  readonly total: number;
  room: number;
}

const joined = ({ first, parts }: Block): LogEvent => {
  const text = [...parts].sort(([a], [b]) => a - b).map(([, part]) => part);
  // Parts of printable text put together are printable.
  return { ...first, command: text.join('') as Printable } as LogEvent;
};

export class ScriptBlocks {
  readonly #waiting = new Map<string, Block>();

  /** What is whole with this record: the event itself, or that of all its parts; nothing while parts are missing. */
  *take(record: EvtxRecord, event: LogEvent): Iterable<LogEvent> {
    const total = Number(fieldText(record, 'MessageTotal'));
    const number = Number(fieldText(record, 'MessageNumber'));
    const id = fieldText(record, 'ScriptBlockId');
    if (event.what !== 'command' || id === '' || !(total > 1) || !(number > 0)) {
      yield event;
      return;
    }
    const block = this.#waiting.get(id) ?? { first: event, parts: new Map(), total, room: mostText };
    this.#waiting.set(id, block);
    if (!block.parts.has(number) && block.room > 0) {
      const part = event.command.slice(0, block.room) as Printable;
      block.parts.set(number, part);
      block.room -= part.length;
    }
    if (number >= block.total || block.parts.size >= block.total) {
      this.#waiting.delete(id);
      yield joined(block);
    } else if (this.#waiting.size > mostWaiting) {
      const [oldest] = this.#waiting;
      if (oldest === undefined) return;
      this.#waiting.delete(oldest[0]);
      yield joined(oldest[1]);
    }
  }

  /** Blocks that never became whole. */
  *rest(): Iterable<LogEvent> {
    for (const block of this.#waiting.values()) yield joined(block);
    this.#waiting.clear();
  }
}
