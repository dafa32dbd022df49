using DistTrain.Protocol.Client;

namespace DistTrain.Node.Actors.Coordinator;

/// <summary>The words of events, for scripts.</summary>
public static class RunEvents
{
    public const string Data = "data";
    public const string Engine = "engine";
    public const string Waiting = "waiting";
    public const string WorkerJoined = "worker-joined";
    public const string WorkerLeft = "worker-left";
    public const string WorkerSuspected = "worker-suspected";
    public const string WorkerRefused = "worker-refused";
    public const string View = "view";
    public const string Stalled = "stalled";
    public const string Stopping = "stopping";
    public const string Checkpoint = "checkpoint";
    public const string CheckpointDamaged = "checkpoint-damaged";
    public const string Emulated = "emulated";
    public const string Failed = "failed";

    public static RunRecord Info(string code, string message) => Event("info", code, message);

    public static RunRecord Warning(string code, string message) => Event("warning", code, message);

    public static RunRecord Error(string code, string message) => Event("error", code, message);

    private static RunRecord Event(string level, string code, string message) =>
        new() { Event = new EventRecord { Level = level, Code = code, Message = message } };
}
