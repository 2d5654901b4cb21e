/* The grammar of .net: tokens -> Ast.
 *
 * Tokens come from the layout filter (compiler/syntax/layout.c), which ends statements and tells
 * the braces of a def from those of an axis map. Each action calls constructors of ast_build.h and
 * nothing else. Rules with `error` keep the name of a statement that cannot be read, so that its
 * uses are no second fault. GRAMMAR.md shows the same rules without them; a test compares. */
%require "3.8"
%expect 0
%define api.pure full
%define api.prefix {grammar_}
%define api.token.prefix {T_}
%define api.location.type {Span}
%define api.value.type {TokenValue}
%define parse.error custom
%define parse.lac full
%locations
%param {Parse *parse}

%code requires {
#include "syntax/parse_state.h"
}

%code provides {
enum { T_ERROR = T_GRAMMAR_error }; /* a token at fault, reported already */
}

%code {
#define BUILD (&parse->build)

/* The place of a rule: from its first part to its last; of an empty one, the end of what is before. */
#define YYLLOC_DEFAULT(result, parts, n)                                                           \
    ((result) = (n) ? span_join(YYRHSLOC(parts, 1), YYRHSLOC(parts, n))                            \
                    : span_after(YYRHSLOC(parts, 0)))
#define YYMAXDEPTH MAX_PARSER_STACK

static int grammar_lex(TokenValue *value, Span *where, Parse *parse);
static void grammar_error(const Span *where, Parse *parse, const char *what);
}

%initial-action { @$ = (Span){parse->file, 0, 0}; }

%token EOF 0 "end of file"
%token EOL "end of line"
%token <name> NAME "name" AXIS "axis"
%token <integer> INT "integer"
%token <real> REAL "real number"
%token <size> SIZE "size"
%token <string> STRING "string"
%token PIPE "|>" ARROW "->" BODY_BEGIN "{ of a def" BODY_END "} of a def"
%token NET "net" MODEL "model" IMPORT "import" AS "as" LET "let" DEF "def" RETURN "return"
%token INPUT "input" OUTPUT "output" WEIGHTS "weights" REPEAT "repeat" IN "in" OF "of"

%precedence "|>" "->"
%left '+' '-'
%left '*' '/' '%'
%precedence NEG

%type <item> item bind broken
%type <items> body
%type <names> names
%type <params> params
%type <param> param
%type <exprs> exprs
%type <expr> expr stage primary list axmap
%type <count> count
%type <path> path
%type <label> label
%type <args> args arglist
%type <arg> arg
%type <entries> entries axes
%type <entry> entry

%%

file    : "net" INT EOL { ast_append(BUILD, ast_edition(BUILD, span_join(@1, @2), $2)); } items
        | "net" error EOL { ast_append(BUILD, ast_edition(BUILD, @1, 1)); ast_damaged(BUILD); } items
        ;

items   : %empty
        | items item EOL                { ast_append(BUILD, $2); }
        | items broken                  { ast_append(BUILD, $2); ast_damaged(BUILD); yyerrok; }
        ;

broken  : error EOL                     { $$ = NULL; }
        | names error EOL               { $$ = ast_bind(BUILD, span_join(@1, @2), $1, ast_error(BUILD, @2)); }
        | "model" NAME error EOL        { $$ = ast_model(BUILD, span_join(@1, @2), $2); }
        | "import" STRING "as" NAME error EOL
                                        { $$ = ast_import(BUILD, span_join(@1, @4), ast_string(BUILD, @2, $2), $4); }
        | "let" NAME error EOL          { $$ = ast_let(BUILD, span_join(@1, @3), $2, ast_error(BUILD, @3)); }
        | "weights" error EOL           { $$ = ast_weights(BUILD, span_join(@1, @2), ast_error(BUILD, @2)); }
        | "input" NAME error EOL        { $$ = ast_input(BUILD, span_join(@1, @3), $2, $2, ast_error(BUILD, @3)); }
        | "input" NAME ':' NAME list error EOL
                                        { $$ = ast_input(BUILD, span_join(@1, @5), $2, $4, $5); }
        | "output" NAME error EOL       { $$ = ast_output(BUILD, span_join(@1, @3), $2, ast_error(BUILD, @3)); }
        | "def" NAME error EOL          { $$ = ast_def_damaged(BUILD, span_join(@1, @3), $2, NULL, NULL, @3); }
        | "def" NAME '(' params ')' BODY_BEGIN EOL body "return" exprs EOL BODY_END error EOL
                                        { $$ = ast_def(BUILD, span_join(@1, @12), $2, $4, $8, @9, $10); }
        ;

item    : "model" NAME                  { $$ = ast_model(BUILD, @$, $2); }
        | "import" STRING "as" NAME     { $$ = ast_import(BUILD, @$, ast_string(BUILD, @2, $2), $4); }
        | "let" NAME '=' expr           { $$ = ast_let(BUILD, @$, $2, $4); }
        | "weights" expr                { $$ = ast_weights(BUILD, @$, $2); }
        | "input" NAME ':' NAME list    { $$ = ast_input(BUILD, @$, $2, $4, $5); }
        | "output" NAME                 { $$ = ast_output(BUILD, @$, $2, NULL); }
        | "output" NAME '=' expr        { $$ = ast_output(BUILD, @$, $2, $4); }
        | "def" NAME '(' params ')' BODY_BEGIN EOL body "return" exprs EOL BODY_END
                                        { $$ = ast_def(BUILD, @$, $2, $4, $8, @9, $10); }
        | "def" NAME '(' params ')' BODY_BEGIN EOL body "return" error EOL BODY_END
                                        { $$ = ast_def_damaged(BUILD, @$, $2, $4, $8, @10); yyerrok; }
        | "def" NAME '(' params ')' BODY_BEGIN EOL body error BODY_END
                                        { $$ = ast_def_damaged(BUILD, @$, $2, $4, $8, @9); yyerrok; }
        | bind
        ;

bind    : names '=' expr                { $$ = ast_bind(BUILD, @$, $1, $3); }
        ;

names   : NAME                          { $$ = ast_names(BUILD, NULL, $1); }
        | names ',' NAME                { $$ = ast_names(BUILD, $1, $3); }
        ;

params  : param                         { $$ = ast_params(BUILD, NULL, $1); }
        | params ',' param              { $$ = ast_params(BUILD, $1, $3); }
        ;

param   : NAME                          { $$ = ast_param($1, (AstName){0}, NULL); }
        | NAME ':' NAME                 { $$ = ast_param($1, $3, NULL); }
        | NAME ':' NAME '=' expr        { $$ = ast_param($1, $3, $5); }
        ;

body    : %empty                        { $$ = NULL; }
        | body bind EOL                 { $$ = ast_items(BUILD, $1, $2); }
        | body names error EOL          { $$ = ast_items(BUILD, $1, ast_bind(BUILD, span_join(@2, @3), $2, ast_error(BUILD, @3)));
                                          ast_damaged(BUILD); yyerrok; }
        | body error EOL                { $$ = $1; ast_damaged(BUILD); yyerrok; }
        ;

exprs   : expr                          { $$ = ast_exprs(BUILD, NULL, $1); }
        | exprs ',' expr                { $$ = ast_exprs(BUILD, $1, $3); }
        ;

expr    : expr "|>" stage               { $$ = ast_pipe(BUILD, @$, $1, $3); }
        | expr "->" list                { $$ = ast_assert(BUILD, @$, $1, @2, $3); }
        | expr '+' expr                 { $$ = ast_binary(BUILD, @$, AST_ADD, @2, $1, $3); }
        | expr '-' expr                 { $$ = ast_binary(BUILD, @$, AST_SUB, @2, $1, $3); }
        | expr '*' expr                 { $$ = ast_binary(BUILD, @$, AST_MUL, @2, $1, $3); }
        | expr '/' expr                 { $$ = ast_binary(BUILD, @$, AST_DIV, @2, $1, $3); }
        | expr '%' expr                 { $$ = ast_binary(BUILD, @$, AST_MOD, @2, $1, $3); }
        | '-' expr %prec NEG            { $$ = ast_negate(BUILD, @$, $2); }
        | primary
        ;

stage   : path label                    { $$ = ast_call_bare(BUILD, @$, $1, $2); }
        | path '(' args ')' label       { $$ = ast_call(BUILD, @$, $1, span_join(@2, @4), $3, $5); }
        | "repeat" count path '(' args ')' label
                                        { $$ = ast_repeat(BUILD, @$, $2, ast_call(BUILD, span_join(@3, @7), $3, span_join(@4, @6), $5, $7)); }
        ;

count   : INT                           { $$ = (AstCount){.count = ast_integer(BUILD, @1, $1)}; }
        | NAME                          { $$ = (AstCount){.count = ast_name(BUILD, ast_path(@1, $1, (AstName){0}))}; }
        | NAME "in" list                { $$ = (AstCount){.variable = $1, .list = $3}; }
        ;

primary : INT                           { $$ = ast_integer(BUILD, @1, $1); }
        | REAL                          { $$ = ast_real(BUILD, @1, $1); }
        | SIZE                          { $$ = ast_size(BUILD, @1, $1); }
        | STRING                        { $$ = ast_string(BUILD, @1, $1); }
        | AXIS                          { $$ = ast_axis(BUILD, $1); }
        | '?'                           { $$ = ast_unknown(BUILD, @1); }
        | list
        | axmap
        | path                          { $$ = ast_name(BUILD, $1); }
        | NAME '.' AXIS                 { $$ = ast_extent(BUILD, @$, $1, $3); }
        | path '(' args ')' label       { $$ = ast_call(BUILD, @$, $1, span_join(@2, @4), $3, $5); }
        | '(' expr ')'                  { $$ = $2; }
        | '(' expr ',' expr ')'         { $$ = ast_pair(BUILD, @$, $2, $4); }
        ;

path    : NAME                          { $$ = ast_path(@$, $1, (AstName){0}); }
        | NAME '.' NAME                 { $$ = ast_path(@$, $1, $3); }
        ;

label   : %empty                        { $$ = (AstLabel){0}; }
        | '@' NAME                      { $$ = (AstLabel){$2.text, @$}; }
        | '@' STRING                    { $$ = ast_label(BUILD, @$, $2); }
        ;

args    : %empty                        { $$ = NULL; }
        | arglist
        | arglist ','
        ;

arglist : arg                           { $$ = ast_args(BUILD, NULL, $1); }
        | arglist ',' arg               { $$ = ast_args(BUILD, $1, $3); }
        ;

arg     : expr                          { $$ = ast_arg_positional($1); }
        | NAME '=' expr                 { $$ = ast_arg_named(@$, $1, $3); }
        | "of" NAME                     { $$ = ast_arg_of(@$, $2); }
        | "of" STRING                   { $$ = ast_arg_of_string(BUILD, @$, $2, @2); }
        ;

list    : '[' ']'                       { $$ = ast_list(BUILD, @$, NULL); }
        | '[' entries ']'               { $$ = ast_list(BUILD, @$, $2); }
        | '[' entries ',' ']'           { $$ = ast_list(BUILD, @$, $2); }
        ;

entries : entry                         { $$ = ast_entries(BUILD, NULL, $1); }
        | entries ',' entry             { $$ = ast_entries(BUILD, $1, $3); }
        ;

entry   : expr                          { $$ = ast_entry(@$, (AstName){0}, $1); }
        | AXIS ':' expr                 { $$ = ast_entry(@$, $1, $3); }
        ;

axmap   : '{' axes '}'                  { $$ = ast_axmap(BUILD, @$, $2); }
        ;

axes    : AXIS ':' expr                 { $$ = ast_entries(BUILD, NULL, ast_entry(@$, $1, $3)); }
        | axes ',' AXIS ':' expr        { $$ = ast_entries(BUILD, $1, ast_entry(span_join(@3, @5), $3, $5)); }
        ;

%%

static int grammar_lex(TokenValue *value, Span *where, Parse *parse) {
    Token token = layout_next(parse);
    *value = token.value;
    *where = token.span;
    return token.kind;
}

/* Called by bison when its stack is full: by brackets and operators nested into each other. */
static void grammar_error(const Span *where, Parse *parse, const char *what) {
    (void)what;
    parse_report_stack(parse, *where);
}

static int yyreport_syntax_error(const yypcontext_t *context, Parse *parse) {
    yysymbol_kind_t kinds[YYNTOKENS];
    const char *expected[YYNTOKENS];
    int n = yypcontext_expected_tokens(context, kinds, YYNTOKENS);
    for (int i = 0; i < n; i++) expected[i] = yysymbol_name(kinds[i]);
    parse_report_unexpected(parse, yysymbol_name(yypcontext_token(context)),
                            *yypcontext_location(context), expected, (size_t)(n < 0 ? 0 : n));
    return 0;
}
