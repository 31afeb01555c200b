#pragma once

#include "api/context.h"

// What the route table points at: one function an endpoint, in the file of its group.
namespace ctrd::api {

// system.cc
void ping(Context& c);
void version(Context& c);
void info(Context& c);
void check(Context& c);
void notASwarm(Context& c);
void noSuchPlugin(Context& c);
void listPlugins(Context& c);
// events.cc
void events(Context& c);

// containers_create.cc
void createContainer(Context& c);
// containers_lifecycle.cc
void startContainer(Context& c);
void stopContainer(Context& c);
void restartContainer(Context& c);
void killContainer(Context& c);
void pauseContainer(Context& c);
void unpauseContainer(Context& c);
void renameContainer(Context& c);
void removeContainer(Context& c);
void resizeContainer(Context& c);
// containers_wait.cc
void waitContainer(Context& c);
// containers_list.cc
void listContainers(Context& c);
// containers_inspect.cc
void inspectContainer(Context& c);
void topContainer(Context& c);
void updateContainer(Context& c);
// containers_files.cc
void containerChanges(Context& c);
void exportContainer(Context& c);
void statArchive(Context& c);
void getArchive(Context& c);
void putArchive(Context& c);
void copyFromContainer(Context& c);
// commit.cc
void commitContainer(Context& c);
// containers_logs.cc
void containerLogs(Context& c);
// containers_attach.cc
void attachContainer(Context& c);
// containers_stats.cc
void containerStats(Context& c);
// exec.cc
void createExec(Context& c);
void startExec(Context& c);
void resizeExec(Context& c);
void inspectExec(Context& c);

// images_list.cc
void listImages(Context& c);
// images.cc
void inspectImage(Context& c);
void imageHistory(Context& c);
void tagImage(Context& c);
void removeImage(Context& c);
// images_load.cc
void createImage(Context& c);
void loadImages(Context& c);

// images_save.cc
void saveImage(Context& c);
void saveImages(Context& c);
// prune.cc
void pruneContainers(Context& c);
void pruneImages(Context& c);

// networks.cc
void listNetworks(Context& c);
void inspectNetwork(Context& c);
void pruneNetworks(Context& c);

// volumes.cc
void listVolumes(Context& c);
void createVolume(Context& c);
void inspectVolume(Context& c);
void removeVolume(Context& c);
void pruneVolumes(Context& c);

// definitions.cc
void defineContainer(Context& c);
void dumpContainer(Context& c);

// disk_usage.cc
void diskUsage(Context& c);

} // namespace ctrd::api
