/* main() for fuzz targets built without a fuzzer: replays each file given, and each file of the
 * folders given. An empty replay is a failure, because it would prove nothing. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Seeds are small; a larger file is not one of ours. */
enum { SEED_MAX = 16 * 1024 * 1024, PATH_ROOM = 4096 };

static size_t replayed;

static int replay_bytes(FILE *file, size_t size)
{
    /* An exact block, so that a sanitizer sees a read past the end. */
    uint8_t *data = malloc(size > 0 ? size : 1);
    if (data == NULL)
        return -1;
    if (fread(data, 1, size, file) != size) {
        free(data);
        return -1;
    }
    (void)LLVMFuzzerTestOneInput(data, size);
    free(data);
    replayed++;
    return 0;
}

static int replay_file(const char *path, const struct stat *info)
{
    FILE *file = fopen(path, "rb");
    int result = -1;
    if (file != NULL && info->st_size >= 0 && info->st_size <= SEED_MAX)
        result = replay_bytes(file, (size_t)info->st_size);
    if (result != 0)
        fprintf(stderr, "%s: cannot be replayed\n", path);
    if (file != NULL)
        (void)fclose(file);
    return result;
}

static int replay(const char *path);

static int replay_folder(const char *path)
{
    DIR *folder = opendir(path);
    if (folder == NULL)
        return -1;
    int result = 0;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char name[PATH_ROOM];
        if (entry->d_name[0] == '.')
            continue;
        int size = snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        if (size < 0 || (size_t)size >= sizeof name || replay(name) != 0)
            result = -1;
    }
    (void)closedir(folder);
    return result;
}

static int replay(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        perror(path);
        return -1;
    }
    return S_ISDIR(info.st_mode) ? replay_folder(path) : replay_file(path, &info);
}

int main(int argc, char **argv)
{
    int result = 0;
    for (int i = 1; i < argc; i++)
        if (replay(argv[i]) != 0)
            result = -1;
    printf("%zu inputs replayed\n", replayed);
    return result == 0 && replayed > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
