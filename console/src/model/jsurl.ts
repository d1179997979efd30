/** The way the CloudWatch console writes objects into its links: ~(query~(expression~'fault*20)~list~(~1~2)). */

export type Jsurl = string | number | boolean | null | Jsurl[] | { [name: string]: Jsurl };

/** Returns the value that a text means, or undefined where it is not of this form. */
export function parseJsurl(text: string): Jsurl | undefined {
  try {
    const reader = new Reader(text);
    const value = reader.value();
    return reader.ended() ? value : undefined;
  } catch (error) {
    if (error instanceof UnreadableJsurl) return undefined;
    throw error;
  }
}

class UnreadableJsurl extends Error {}

const WORDS: Record<string, Jsurl> = { true: true, false: false, null: null };

/** Goes over the text once, from left to right. */
class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  ended(): boolean {
    return this.at >= this.text.length;
  }

  /** A value is introduced by "~". */
  value(): Jsurl {
    this.take("~");
    if (this.skip("'")) return decoded(this.until(/[~)]/));
    if (this.skip("(")) return this.peek() === "~" ? this.list() : this.object();
    return word(this.until(/[~)]/));
  }

  private list(): Jsurl[] {
    const values: Jsurl[] = [];
    while (!this.skip(")")) values.push(this.value());
    return values;
  }

  private object(): { [name: string]: Jsurl } {
    const members: { [name: string]: Jsurl } = {};
    while (!this.skip(")")) {
      const name = decoded(this.until(/[~)]/));
      members[name] = this.value();
      if (this.peek() === "~") this.take("~");
    }
    return members;
  }

  private until(end: RegExp): string {
    const rest = this.text.slice(this.at);
    const length = rest.search(end);
    const found = length < 0 ? rest : rest.slice(0, length);
    this.at += found.length;
    return found;
  }

  private peek(): string | undefined {
    return this.text[this.at];
  }

  private skip(character: string): boolean {
    if (this.peek() !== character) return false;
    this.at += 1;
    return true;
  }

  private take(character: string): void {
    if (!this.skip(character)) throw new UnreadableJsurl();
  }
}

function word(text: string): Jsurl {
  const known = WORDS[text];
  if (known !== undefined) return known;
  const number = Number(text);
  if (text === "" || Number.isNaN(number)) throw new UnreadableJsurl();
  return number;
}

function decoded(text: string): string {
  return text
    .replaceAll("!", "$")
    .replace(/\*\*([0-9a-f]{4})|\*([0-9a-f]{2})/gi, (_, wide?: string, narrow?: string) =>
      String.fromCharCode(Number.parseInt(wide ?? narrow ?? "", 16)),
    );
}
