import config from '../../../runtime_kit/frontend/rclone_config.py';
import connect from '../../../runtime_kit/frontend/rclone_connect.py';

import { readPythonLiteral } from '../../snippets/format/readliteral';
import { injectedCall } from '../transport/injectedCall';
import type { ISecretKernel } from '../transport/stdinSecret';
import {
  stdinSecretSource,
  evaluateWithSecret
} from '../transport/stdinSecret';
import type { Answer } from '../transport/evaluate';
import { evaluate } from '../transport/evaluate';

/** Each needs names of those in front of it. */
const SOURCES = [stdinSecretSource, config, connect];

/** Milliseconds for a step; rclone itself gets 60 s. */
const PATIENCE = 90000;

/** Milliseconds for the first one: a busy kernel is to be reported soon. */
const FIRST = 20000;

/** A kind of remote that rclone knows. */
export interface IRemoteKind {
  type: string;
  title: string;
}

/** A question of rclone's. */
export interface IQuestion {
  name: string;
  help: string;
  default: string;
  required: boolean;
  /** Kept obscured in the configuration. */
  secret: boolean;
  /** Not to be seen while it is typed. */
  hidden: boolean;
  /** Only the examples are answers. */
  exclusive: boolean;
  examples: { value: string; help: string }[];
}

/** Where the making of a remote stands. */
export interface IStep {
  draft: string;
  state: string;
  /** null when all is answered. */
  question: IQuestion | null;
  /** Why the last answer was not taken. */
  error: string;
}

/** What came of a finished remote. */
interface ISaved {
  works: boolean;
  reason: string;
}

/** Why a kernel did not do it; the message is rclone's or the kernel's own. */
export class RemoteError extends Error {
  constructor(
    readonly kind: 'refused' | Exclude<Answer['kind'], 'value'>,
    message = ''
  ) {
    super(message);
  }
}

/**
 * Makes a remote of rclone's in a kernel, one question after another.
 */
export class RemoteMaker {
  constructor(private _kernel: ISecretKernel) {}

  async describe(): Promise<{ kinds: IRemoteKind[]; taken: string[] }> {
    const expression = this._call(['describe']);
    return read(await evaluate(this._kernel, expression, FIRST));
  }

  begin(name: string, type: string): Promise<IStep> {
    this._remote = [name, type];
    return this._ask('begin', name, type);
  }

  /** Every answer goes as a secret does: nobody has to know which are. */
  async answer(step: IStep, value: string): Promise<IStep> {
    const { draft, state, question } = step;
    const about = [state, question?.name ?? '', question?.secret ?? false];
    const expression = this._call(['answer', draft, ...this._remote, ...about]);
    return read(
      await evaluateWithSecret(this._kernel, expression, value, PATIENCE)
    );
  }

  save(draft: string): Promise<ISaved> {
    return this._ask('save', draft, this._remote[0]);
  }

  cancel(draft: string): Promise<unknown> {
    return this._ask('cancel', draft);
  }

  private async _ask<T>(...args: unknown[]): Promise<T> {
    return read(await evaluate(this._kernel, this._call(args), PATIENCE));
  }

  private _call(args: unknown[]): string {
    return injectedCall(SOURCES, 'ask', args);
  }

  private _remote: [string, string] = ['', ''];
}

function read<T>(answer: Answer): T {
  if (answer.kind !== 'value') {
    const message = answer.kind === 'error' ? answer.message : '';
    throw new RemoteError(answer.kind, message);
  }
  const result = JSON.parse(readPythonLiteral(answer.text) as string);
  if (result.error && !result.state) {
    throw new RemoteError('refused', result.error);
  }
  return result;
}
