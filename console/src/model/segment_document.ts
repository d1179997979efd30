/** A segment document as BatchGetTraces hands it out. Nothing in it is certain: other people's programs wrote it. */

export interface SegmentDocument {
  readonly id: string;
  readonly name: string;
  readonly start_time: number;
  readonly end_time?: number;
  readonly in_progress?: boolean;
  readonly trace_id?: string;
  readonly parent_id?: string;
  readonly type?: string;
  readonly namespace?: string;
  readonly origin?: string;
  readonly inferred?: boolean;
  readonly traced?: boolean;
  readonly fault?: boolean;
  readonly error?: boolean;
  readonly throttle?: boolean;
  readonly user?: string;
  readonly resource_arn?: string;
  readonly http?: HttpBlock;
  readonly aws?: Readonly<Record<string, unknown>>;
  readonly sql?: Readonly<Record<string, unknown>>;
  readonly service?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
  readonly annotations?: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly links?: readonly SegmentLink[];
  readonly subsegments?: readonly SegmentDocument[];
}

export interface HttpBlock {
  readonly request?: {
    readonly method?: string;
    readonly url?: string;
    readonly user_agent?: string;
    readonly client_ip?: string;
    readonly traced?: boolean;
  };
  readonly response?: { readonly status?: number; readonly content_length?: number };
}

export interface SegmentLink {
  readonly trace_id?: string;
  readonly id?: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** Returns the document that a text holds, or null where it holds none that could be drawn. */
export function parseDocument(text: string): SegmentDocument | null {
  try {
    const value: unknown = JSON.parse(text);
    return isDocument(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function isDocument(value: unknown): value is SegmentDocument {
  if (typeof value !== "object" || value === null) return false;
  const { id, name, start_time } = value as Partial<SegmentDocument>;
  return typeof id === "string" && typeof name === "string" && typeof start_time === "number";
}
