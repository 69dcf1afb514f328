/** What stands in a message's gaps. */
export type MessageArgument = string | number | Message;

/**
 * A sentence for the user that is said later: here, where nothing is known of an
 * interface, there is no translation. `translateMessage()` says it in their language.
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
