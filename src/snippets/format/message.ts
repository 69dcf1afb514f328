/** A value for a placeholder of a message. */
export type MessageArgument = string | number | Message;

/**
 * A message for the user that is translated where it is shown, by
 * `translateMessage()`: the code that makes it knows no translation.
 */
export class Message {
  /**
   * @param id - The sentence in English, with `%1`, `%2`, ... where the arguments go.
   */
  constructor(
    readonly id: string,
    readonly args: readonly MessageArgument[] = []
  ) {}

  /** In English. */
  toString(): string {
    return this.id.replace(/%(\d)/g, (_, n) =>
      String(this.args[Number(n) - 1])
    );
  }
}

/**
 * Makes messages. It is called like a translation bundle, so that the script that
 * extracts texts finds its literals too.
 */
export const later = {
  __: (id: string, ...args: MessageArgument[]): Message => new Message(id, args)
};
