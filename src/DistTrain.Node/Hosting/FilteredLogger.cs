using Akka.Actor;
using Akka.Event;
using Akka.Hosting.Logging;

namespace DistTrain.Node.Hosting;

/// <summary>
/// Hands Akka's log events to the process's own logging, as its base does, but for those that the actor system's filters
/// drop: Akka asks these only for its logger to stdout.
/// </summary>
internal sealed class FilteredLogger : LoggerFactoryLogger
{
    private readonly LogFilterEvaluator filters = Context.System.Settings.LogFilter;

    protected override void Log(LogEvent log, ActorPath path)
    {
        if (filters.ShouldTryKeepMessage(log, out _))
        {
            base.Log(log, path);
        }
    }
}
