// A plugin in C: a function that gives the initials of a name.
//
// There is no runtime and no library: the layouts below are those that the canonical ABI gives to the
// types of `affiant:host/types` and `affiant:functions/calls`. An instance lives for one step of one
// person, so memory is never given back.

typedef unsigned char u8;
typedef unsigned int u32;

struct text { const char *bytes; u32 length; };
struct texts { const struct text *items; u32 count; };
struct signature { struct text name; struct texts parameters; struct text summary; };
struct signatures { const struct signature *items; u32 count; };

enum { NOTHING = 0, TEXT = 5 };
struct node { u8 kind; _Alignas(8) union { struct text text; u32 words[8]; } is; };
struct value { struct node *nodes; u32 count; };

enum { BAD_ARGUMENT = 0, OTHER = 3 };
struct failure { u8 kind; struct text message; u32 unused; };
struct answer { u8 failed; union { struct value value; struct failure failure; } is; };

_Static_assert(sizeof(struct node) == 40 && sizeof(struct answer) == 20, "as the contract has it");

#define WORDS(it) { (it), sizeof(it) - 1 }
#define EXPORT(name) __attribute__((export_name(name)))

extern u8 __heap_base;
static u8 *next_free = &__heap_base;

static void *allocate(u32 size, u32 align) {
    u32 at = ((u32)next_free + align - 1) & -align;
    u32 end = at + size, page = 65536;
    u32 missing = end > __builtin_wasm_memory_size(0) * page
        ? (end - __builtin_wasm_memory_size(0) * page + page - 1) / page : 0;
    if (end < at || (missing && __builtin_wasm_memory_grow(0, missing) == (unsigned long)-1))
        __builtin_trap();
    next_free = (u8 *)end;
    return (void *)at;
}

EXPORT("cabi_realloc") void *reallocate(const u8 *old, u32 old_size, u32 align, u32 size) {
    u8 *new = allocate(size, align);
    for (u32 i = 0; i < old_size && i < size; i++) new[i] = old[i];
    return new;
}

EXPORT("affiant:functions/calls@1.0.0#describe") const struct signatures *describe(void) {
    static const struct text parameters[] = { WORDS("name") };
    static const struct signature all[] = {
        { WORDS("initials"), { parameters, 1 }, WORDS("Gives the first letter of each word.") },
    };
    static const struct signatures described = { all, 1 };
    return &described;
}

static struct answer *fail(u8 kind, struct text message) {
    struct answer *answer = allocate(sizeof *answer, 4);
    *answer = (struct answer){ 1, { .failure = { kind, message, 0 } } };
    return answer;
}

static int is(struct text a, struct text b) {
    if (a.length != b.length) return 0;
    for (u32 i = 0; i < a.length; i++) if (a.bytes[i] != b.bytes[i]) return 0;
    return 1;
}

// The first letter of each word. A letter can have several bytes, which follow one another.
static struct text initials(struct text name) {
    char *letters = allocate(name.length + 1, 1);
    u32 count = 0, begins = 1, copies = 0;
    for (u32 i = 0; i < name.length; i++) {
        char it = name.bytes[i];
        if ((it & 0xC0) != 0x80) copies = begins && it != ' ';
        if (copies) letters[count++] = it;
        begins = it == ' ';
    }
    return (struct text){ letters, count };
}

EXPORT("affiant:functions/calls@1.0.0#call")
struct answer *call(const char *name, u32 length, const struct value *arguments, u32 count) {
    if (!is((struct text){ name, length }, (struct text)WORDS("initials")))
        return fail(OTHER, (struct text)WORDS("there is no such function"));
    if (count != 1 || arguments[0].count != 1 || arguments[0].nodes[0].kind != TEXT)
        return fail(BAD_ARGUMENT, (struct text)WORDS("`name`: a text is wanted"));
    struct node *node = allocate(sizeof *node, 8);
    *node = (struct node){ TEXT, { .text = initials(arguments[0].nodes[0].is.text) } };
    struct answer *answer = allocate(sizeof *answer, 4);
    *answer = (struct answer){ 0, { .value = { node, 1 } } };
    return answer;
}
