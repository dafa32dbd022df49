using Akka.Event;

namespace DistTrain.Node.Hosting;

/// <summary>
/// Drops what Akka.Remote says of a connection that ended, with a stack trace of where it noticed: a node that leaves may
/// close its connection before the other side knows that it leaves, and what a lost one means is told by the run's events.
/// A message that could not be sent over a connection that goes on is a defect, and is kept.
/// </summary>
internal sealed class BrokenAssociations : LogFilterBase
{
    /// <summary>In all of Akka.Remote's messages of that kind, such as of one that is larger than a frame.</summary>
    private const string GoesOn = "association remains live";

    private static readonly string[] Endpoints = ["/system/endpointManager", "/system/transports/"];

    public override LogFilterType FilterType => LogFilterType.Source;

    public override LogFilterDecision ShouldKeepMessage(LogEvent content, string? expandedMessage = null) =>
        Endpoints.Any(endpoint => content.LogSource.Contains(endpoint, StringComparison.Ordinal))
        && content.Message.ToString()?.Contains(GoesOn, StringComparison.Ordinal) != true
            ? LogFilterDecision.Drop
            : LogFilterDecision.Keep;
}
