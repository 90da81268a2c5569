/** What an event says, in one sentence of a language. Its own text is the line of the log and stays as it is. */

import type { TimelineTexts } from '../../messages/timeline.ts';
import type { LogEvent } from '../../model/facts/event.ts';
import { countText } from './texts.ts';

/** A message from its program on: what stands before is the time, which has its own column, and the host. */
function messageOf(text: string, program: string): string {
  if (program === '') return text;
  const at = text.indexOf(` ${program}`);
  return at < 0 || at > 120 ? text : text.slice(at + 1);
}

export function say(event: LogEvent, texts: TimelineTexts): string {
  switch (event.what) {
    case 'login': {
      const { account, from, service, method, known } = event;
      const by = method === '' ? service : `${service} ${method}`;
      return texts.login({ account, from, accepted: event.outcome === 'accepted', by, known });
    }
    case 'session':
      return texts.session({ ...event, opened: event.phase === 'opened' });
    case 'privilege':
      return texts.privilege({ ...event, accepted: event.outcome === 'accepted' });
    case 'account': {
      const { account, by } = event;
      const text = texts.accountActions[event.action]({
        account,
        group: event.group ?? '',
        was: event.was ?? '',
      });
      return by === undefined || by === '' ? text : `${text}, ${texts.by({ who: by })}`;
    }
    case 'job':
      return texts.job(event);
    case 'table':
      return texts.tableActions[event.action](event);
    case 'command':
      return texts.command(event);
    case 'package': {
      const { manager, version, command } = event;
      const what = command === undefined || command === '' ? `${event.package} ${version}` : command;
      return `${manager} ${texts.packageActions[event.action]}: ${what}`;
    }
    case 'kernel':
      return texts.kernelActions[event.action](event);
    case 'request': {
      const { client, method, target, status, size, agent } = event;
      const answer = size < 0 ? `${status}` : `${status} ${countText(size)} B`;
      return `${client} ${method} ${target} → ${answer}${agent === '' ? '' : ` · ${agent}`}`;
    }
    case 'service': {
      const { service, action, account, from, detail } = event;
      return [service, action, account, from, detail].filter((part) => part !== '').join(' · ');
    }
    case 'container': {
      const { runtime, container, image, detail } = event;
      const what = [container, image, detail].filter((part) => part !== '').join(' · ');
      return `${runtime} ${texts.containerActions[event.action]}: ${what}`;
    }
    case 'host': {
      const action = texts.hostActions[event.action];
      return event.detail === '' ? action : `${action}: ${event.detail}`;
    }
    case 'load': {
      const { busy, seconds, process } = event;
      return texts.load({
        busy: busy.toFixed(1),
        minutes: Math.max(1, Math.round(seconds / 60)),
        process: process ?? '',
      });
    }
    case 'file':
      return texts.fileTimes[event.which](event);
    case 'message':
      return messageOf(event.text, event.program);
  }
}
