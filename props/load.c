/* Files, folders and standard input to bytes. See load.h. */
#include "load.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "build.h"
#include "memory.h"

/* --- a file -------------------------------------------------------------------------------------
 */

/* Reads to the end, or to just beyond the limit, where the model refuses the file. 0 or an errno.
 */
static int read_all(int fd, struct load_file *file)
{
    while (file->size <= PROPERTIES_MAX_BYTES) {
        if (!memory_grow(&file->bytes, &file->capacity, file->size + 1, 1))
            return ENOMEM;
        ssize_t got = read(fd, file->bytes + file->size, file->capacity - file->size);
        if (got == 0)
            break;
        if (got > 0)
            file->size += (size_t)got;
        else if (errno != EINTR)
            return errno;
    }
    return 0;
}

static int read_file(struct load_file *file)
{
    struct stat info;
    int fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return errno;
    int error = 0;
    bool known = fstat(fd, &info) == 0;
    file->open_to_all = known && S_ISREG(info.st_mode) && (info.st_mode & S_IROTH) != 0;
    /* One block of the right size for the usual case; growing is for pipes. */
    if (known && info.st_size > 0 && (uintmax_t)info.st_size <= PROPERTIES_MAX_BYTES &&
        !memory_grow(&file->bytes, &file->capacity, (size_t)info.st_size + 1, 1))
        error = ENOMEM;
    if (error == 0)
        error = read_all(fd, file);
    (void)close(fd);
    return error;
}

static void free_loaded(struct load_file *file)
{
    free(file->path);
    memory_free_cleansed(file->bytes, file->capacity);
}

/* --- findings about a path ----------------------------------------------------------------------
 */

static void report_path(struct load *load, enum props_rule_id rule, const char *path,
                        const char *message, const char *hint)
{
    char *name = printable_name(path);
    if (name == NULL) {
        load->no_memory = true;
        return;
    }
    struct report_at at = {.file = name, .file_order = load->order};
    report(load->findings, rule, &at, "%s", message);
    advise(load->findings, "%s", hint);
    free(name);
}

static const char *error_text(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return "there is no such file";
    case EACCES:
    case EPERM:
        return "this program's user may not read it";
    case EISDIR:
        return "it is a folder";
    default:
        return "reading it fails half-way: the disk, or the network it is on, is at fault";
    }
}

static void report_unreadable(struct load *load, const char *path, int error)
{
    if (error == ENOMEM) {
        load->no_memory = true;
        return;
    }
    load->unreadable = true;
    report_path(load, RULE_FILE_UNREADABLE, path, error_text(error),
                "check the path, and who may read the file and the folders above it");
}

static bool is_input(const char *path)
{
    return strcmp(path, "-") == 0;
}

static void load_file(struct load *load, const char *path, bool from_folder)
{
    struct load_file file = {
        .path = strdup(path), .order = load->order++, .from_folder = from_folder};
    if (file.path == NULL ||
        !memory_grow(&load->files, &load->capacity, load->count + 1, sizeof *load->files)) {
        load->no_memory = true;
        free_loaded(&file);
        return;
    }
    int error = is_input(path) ? read_all(STDIN_FILENO, &file) : read_file(&file);
    if (error != 0) {
        report_unreadable(load, path, error);
        free_loaded(&file);
        return;
    }
    load->files[load->count++] = file;
}

/* --- a folder -----------------------------------------------------------------------------------
 */

/* Bytes of the last UTF-8 character of the text. */
static size_t last_character(const char *text, size_t size)
{
    size_t width = 1;
    while (width < size && width < 4 && ((unsigned char)text[size - width] & 0xC0) == 0x80)
        width++;
    return width;
}

const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

bool loads_in_xnat(const char *name)
{
    static const char head[] = "-provider";
    static const char tail[] = "properties";
    size_t size = strlen(name);
    /* Java's dot matches no line end. */
    if (strpbrk(name, "\r\n") != NULL)
        return false;
    if (size < sizeof head - 1 + 1 + sizeof tail - 1 ||
        strcmp(name + size - (sizeof tail - 1), tail) != 0)
        return false;
    size -= sizeof tail - 1;
    size -= last_character(name, size);
    return size >= sizeof head - 1 &&
           memcmp(name + size - (sizeof head - 1), head, sizeof head - 1) == 0;
}

struct names {
    char **items;
    size_t count;
    size_t capacity;
};

static int compare_names(const void *a, const void *b)
{
    const char *const *left = a;
    const char *const *right = b;
    return strcmp(*left, *right);
}

static char *join(const char *folder, const char *name)
{
    size_t folder_size = strlen(folder);
    while (folder_size > 1 && folder[folder_size - 1] == '/')
        folder_size--;
    size_t room = folder_size + 1 + strlen(name) + 1;
    char *path = malloc(room);
    if (path != NULL)
        (void)snprintf(path, room, "%.*s/%s", (int)folder_size, folder, name);
    return path;
}

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* Keeps a path; takes it over. */
static void keep_path(struct load *load, struct names *names, char *path)
{
    if (!memory_grow(&names->items, &names->capacity, names->count + 1, sizeof *names->items)) {
        load->no_memory = true;
        free(path);
        return;
    }
    names->items[names->count++] = path;
}

static bool ends_like_ours(const char *name)
{
    static const char ending[] = ".properties";
    size_t size = strlen(name);
    return size >= sizeof ending - 1 && strcmp(name + size - (sizeof ending - 1), ending) == 0;
}

/* A name that was probably meant to be read deserves more than a remark. */
static void report_not_loaded(struct load *load, const char *path)
{
    static const struct impact meant = IMPACT_ALL(WARNING);
    static const struct impact other = IMPACT_ALL(INFO);
    bool ours =
        strstr(last_part(path), "provider") != NULL || strstr(last_part(path), "openid") != NULL;
    char *name = printable_name(path);
    if (name == NULL) {
        load->no_memory = true;
        return;
    }
    struct report_at at = {.file = name, .file_order = load->order};
    report_as(load->findings, RULE_FILE_NOT_LOADED, ours ? &meant : &other, &at,
              "XNAT passes over a file of this name, and so does the sidecar: nobody is offered "
              "what it configures");
    advise(load->findings, "for it to be read, its name must end in -provider.properties, for "
                           "example aaf-provider.properties");
    free(name);
}

static void look_at(struct load *load, struct names *names, const char *folder, const char *name)
{
    bool loads = loads_in_xnat(name);
    if (!loads && !ends_like_ours(name))
        return;
    char *path = join(folder, name);
    if (path == NULL) {
        load->no_memory = true;
    } else if (is_folder(path)) {
        free(path);
    } else if (loads) {
        keep_path(load, names, path);
    } else {
        report_not_loaded(load, path);
        free(path);
    }
}

static void load_names(struct load *load, const char *folder, const struct names *names)
{
    if (names->count == 0)
        report_path(load, RULE_FOLDER_EMPTY, folder,
                    "the folder has no file that XNAT would load, so nobody can sign in",
                    "put a file there whose name ends in -provider.properties, for example "
                    "openid-provider.properties");
    if (names->count > PROPS_MAX_FILES) {
        char message[80];
        (void)snprintf(message, sizeof message,
                       "the folder has more than %zu provider files: none of them is read",
                       PROPS_MAX_FILES);
        report_path(load, RULE_TOO_MANY_FILES, folder, message,
                    "name another folder, or the files one by one");
        return;
    }
    for (size_t i = 0; i < names->count; i++)
        load_file(load, names->items[i], true);
}

static void load_folder(struct load *load, const char *folder)
{
    struct names names = {0};
    DIR *stream = opendir(folder);
    if (stream == NULL) {
        report_unreadable(load, folder, errno);
        return;
    }
    for (const struct dirent *entry; (entry = readdir(stream)) != NULL;)
        look_at(load, &names, folder, entry->d_name);
    (void)closedir(stream);
    if (names.count > 0)
        qsort(names.items, names.count, sizeof *names.items, compare_names);
    load_names(load, folder, &names);
    for (size_t i = 0; i < names.count; i++)
        free(names.items[i]);
    free(names.items);
    load->order++;
}

/* --- all of it ----------------------------------------------------------------------------------
 */

/* A path given twice is one file: its providers must not seem to be configured twice. */
static bool seen_before(const char *const paths[], size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(paths[i], paths[index]) == 0)
            return true;
    return false;
}

bool load_paths(struct load *load, const char *const paths[], size_t count, bool with_input)
{
    load->findings = findings_new();
    if (load->findings == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (seen_before(paths, i))
            continue;
        if (!(with_input && is_input(paths[i])) && is_folder(paths[i]))
            load_folder(load, paths[i]);
        else if (with_input || !is_input(paths[i]))
            load_file(load, paths[i], false);
        else
            report_unreadable(load, paths[i], ENOENT);
    }
    return true;
}

enum props_result load_build(struct load *load, enum props_target target,
                             struct props_model **model)
{
    struct props_findings *findings = load->findings;
    struct build_source *sources = calloc(load->count + 1, sizeof *sources);
    *model = NULL;
    load->findings = NULL;
    if (sources == NULL || load->no_memory) {
        free(sources);
        findings_free(findings);
        return PROPS_E_MEMORY;
    }
    for (size_t i = 0; i < load->count; i++) {
        const struct load_file *file = &load->files[i];
        sources[i] = (struct build_source){.source = {file->path, file->bytes, file->size},
                                           .order = file->order,
                                           .from_folder = file->from_folder,
                                           .named = !is_input(file->path),
                                           .open_to_all = file->open_to_all};
    }
    enum props_result result = build_model(sources, load->count, target, findings, model);
    free(sources);
    return result == PROPS_OK && load->unreadable ? PROPS_E_FILE : result;
}

void load_free(struct load *load)
{
    for (size_t i = 0; i < load->count; i++)
        free_loaded(&load->files[i]);
    free(load->files);
    findings_free(load->findings);
    *load = (struct load){0};
}

enum props_result props_model_load(const char *const paths[], size_t count,
                                   enum props_target target, struct props_model **model)
{
    struct load load = {0};
    enum props_result result = PROPS_E_MEMORY;
    *model = NULL;
    if (load_paths(&load, paths, count, false))
        result = load_build(&load, target, model);
    load_free(&load);
    return result;
}
