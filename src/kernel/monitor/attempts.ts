/** Failures in a row; then only the user asks, or a restart does. */
const ENOUGH = 3;

/** What was tried with a kernel, so that it is not asked without end. */
export interface IAttempts {
  /** In a row, without an answer. */
  readonly failures: number;
  /** The last one brought no answer at all. */
  readonly isSilent: boolean;
  /** After enough of them it was asked once more. */
  readonly isTriedAgain: boolean;
}

export const NO_ATTEMPTS: IAttempts = {
  failures: 0,
  isSilent: false,
  isTriedAgain: false
};

/** It is not worth another one. */
export const GIVEN_UP: IAttempts = { ...NO_ATTEMPTS, failures: ENOUGH };

export function areEnough({ failures }: IAttempts): boolean {
  return failures >= ENOUGH;
}

/** @param isSilent - There was no answer at all. */
export function failed(attempts: IAttempts, isSilent: boolean): IAttempts {
  return {
    failures: attempts.failures + 1,
    isSilent,
    isTriedAgain: areEnough(attempts)
  };
}

/**
 * Whether a kernel that says that it is idle is to be asked. One that did not
 * answer (stopped, or held up for minutes) is, when it is first heard again, and
 * after each cell. One that answers with an error is not: it would do so again.
 */
export function mayAsk(attempts: IAttempts, isAfterCell: boolean): boolean {
  const { isSilent, isTriedAgain } = attempts;
  return !areEnough(attempts) || (isSilent && (isAfterCell || !isTriedAgain));
}
